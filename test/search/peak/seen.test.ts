/** What is seen in one probe: which of its queries were alone. */
import { describe, expect, it } from 'vitest';
import { loneOf } from '../../../src/search/peak/seen.js';

const ms = (...values: number[]) => Float64Array.from(values, (value) => value * 1e6);
const bound = { ns: 1e8, percentile: 0.99 };

describe('lone queries', () => {
  it('are those that came when all before them were done', () => {
    const scheduledNs = ms(0, 4, 20, 40, 45, 48, 70);
    // The second waits for the first; the fifth for the fourth; the sixth is done before the fifth, but not alone.
    const completedNs = ms(10, 20, 31, 50, 62, 61, 82);
    expect(loneOf({ scheduledNs, completedNs }, bound)).toEqual({ p50Ms: 11, tailMs: 12 });
  });

  it('are none after one that was never completed', () => {
    const completedNs = ms(7, Number.NaN, 50);
    expect(loneOf({ scheduledNs: ms(0, 10, 40), completedNs }, { ns: 1e8, percentile: 0.4 })).toEqual({
      p50Ms: Number.NaN,
      tailMs: 7,
    });
  });
});
