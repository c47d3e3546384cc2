import { expect, it } from 'vitest';
import { rehearse } from '../../../src/engine/issuer/rehearse.js';

it('the rehearsal issues all of its queries and comes to an end', () => {
  expect(rehearse()).toBe(10_000);
});
