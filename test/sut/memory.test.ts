import { describe, expect, it } from 'vitest';
import { checkInstances } from '../../src/sut/memory.js';
import { thrown } from '../plan/thrown.js';

// Each session is taken for its model and 12 MB of thread.
describe('memory for sessions', () => {
  it('is enough where all of them just fit', () => {
    expect(() => checkInstances(4, 88e6, 400e6)).not.toThrow();
  });

  it('is refused with the number that fits', () => {
    expect(thrown(() => checkInstances(4, 988e6, 3.5e9))).toEqual({
      code: 'NOT_ENOUGH_MEMORY',
      message:
        '4 instances of this model need about 4.0 GB of memory and 3.5 GB are free; give --instances 3 or fewer.',
    });
    expect(thrown(() => checkInstances(2, 1e9, 0.5e9)).message).toMatch(/give --instances 1 or fewer\.$/);
  });
});
