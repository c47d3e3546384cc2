import { describe, expect, it } from 'vitest';
import { outputCheck } from '../../src/engine/worker/output-sampling.js';

const session = {
  inputs: [],
  outputs: [{ name: 'y', type: 'float32' as const, dims: ['batch'] }],
  provider: 'p',
  run: () => ({}),
  close: () => {},
};
const batch = { size: 1, feeds: {} };

describe('checking outputs while the clock runs', () => {
  /** Which of these batches are found to be wrong, where a check takes 1,000 ns; all of them are. */
  const found = (everyBatch: boolean, atNs: readonly number[]) => {
    let clock = 0;
    const check = outputCheck(session, everyBatch, () => clock);
    return atNs.filter((at) => {
      clock = at + 1000;
      return check.problem(batch, {}, at) !== undefined;
    });
  };

  it('takes the first batch, and then a thousandth of the time', () => {
    // 1,000 ns are a thousandth of a millisecond, 2,000 ns of two.
    const times = [10, 20, 500_000, 999_999, 1_000_000, 1_000_001, 1_999_999, 2_000_000];
    expect(found(false, times)).toEqual([10, 1_000_000, 2_000_000]);
  });

  it('takes every batch where it is told to', () => {
    expect(found(true, [10, 20, 30])).toEqual([10, 20, 30]);
  });

  it('takes no time where nothing is declared, but wants outputs all the same', () => {
    const check = outputCheck({ ...session, outputs: [] }, true, () => {
      throw new Error('read the clock');
    });
    expect(check.problem(batch, {}, 5)).toBeUndefined();
    expect(check.problem(batch, undefined, 5)).toMatch(/^run\(\) gave undefined/);
  });
});
