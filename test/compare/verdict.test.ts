/** The levels and edges of the verdict, on figures whose intervals SciPy gave. */
import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../src/compare/compare-systems.js';
import { verdictOf } from '../../src/compare/pairs/verdict.js';
import { repeatsOf } from './make-run.js';

// SciPy: ttest_ind on logarithms, equal_var=False; see repeats-interval.test.ts. The ratio is 0.95261, its 90% interval
// 0.94162 to 0.96373, its 95% interval 0.93891 to 0.96651. The other way round it is 1.04975: 1.03764 to 1.06200, and
// 1.03465 to 1.06506.
const higher = [1003.2, 996.1, 1010.4, 991.7];
const lower = [947.3, 958.8, 941.2, 966.0, 951.5];

function verdict(baseline: readonly number[], candidate: readonly number[], marginPercent: number) {
  const sides = [repeatsOf(baseline, 'bare'), repeatsOf(candidate, 'vm', 10)] as const;
  const { candidates } = compareSystems({ name: 'bare', runs: sides[0] }, [{ name: 'vm', runs: sides[1] }], {
    marginPercent,
  });
  return candidates[0]!.pairs[0]!.verdict;
}

describe('equivalent', () => {
  it('is what two one-sided tests at 5% reject the rest of: the 90% interval decides, not the 95% one', () => {
    expect(verdict(higher, lower, 6).kind).toBe('equivalent');
    expect(verdict(higher, lower, 5.8).kind).toBe('undecided');
    expect(verdict(lower, higher, 6.3).kind).toBe('equivalent');
    expect(verdict(lower, higher, 6.1).kind).toBe('undecided');
  });

  it('has the margin itself as its upper edge, and no more', () => {
    expect(verdict(lower, higher, 4)).toMatchObject({ reason: 'faster, by how much is open' });
    expect(verdict(lower, higher, 3.4).kind).toBe('faster');
  });
});

describe('slower and faster', () => {
  it('need the whole 95% interval beyond the margin, not only the 90% one', () => {
    expect(verdict(higher, lower, 3.5)).toMatchObject({ reason: 'slower, by how much is open' });
    expect(verdict(higher, lower, 3.3).kind).toBe('slower');
    expect(verdict(lower, higher, 3.6)).toMatchObject({ reason: 'faster, by how much is open' });
  });
});

describe('further repeats', () => {
  const more = (ratio: number, baselineSd: number, candidateSd: number, repeats: number) => {
    const log = { estimate: Math.log(ratio), standardError: 0.1, df: 4, driftRemoved: false };
    return verdictOf({ ...log, baselineSd, candidateSd }, 0.05, repeats);
  };

  // mpmath: the least n with (t + 0.8416) · √(variance ÷ n) at most the distance to the nearer edge, t at 95% within
  // the margin and at 97.5% beyond it, with Satterthwaite’s degrees of freedom.
  it.each([
    [0.93, 0.02, 0.02, 2, 13],
    [0.97, 0.02, 0.01, 3, 6],
    [1.03, 0.03, 0.01, 2, 16],
    [1.08, 0.02, 0.03, 4, 10],
    [0.93, 0.02, 0, 2, 7],
    [0.99, 0.002, 0.001, 2, 1],
  ])('of a ratio of %d with spreads of %d and %d, beyond %i: %i', (ratio, a, b, repeats, moreRepeats) => {
    expect(more(ratio, a, b, repeats)).toMatchObject({ kind: 'undecided', moreRepeats });
  });

  // Nothing differs between the runs, but each knows its own figure only so well: the least n with (1.644854, beyond the
  // margin 1.959964, + 0.8416) · error · √(repeats ÷ n) at most the distance.
  it.each([
    [0.97, 0.012, 2, 3],
    [0.93, 0.015, 2, 6],
    [0.93, 0.015, 4, 12],
  ])('of a ratio of %d that is known to %d, beyond %i: %i', (ratio, ownError, repeats, moreRepeats) => {
    const log = { estimate: Math.log(ratio), standardError: 0.1, df: 4, driftRemoved: false };
    expect(verdictOf({ ...log, baselineSd: 0, candidateSd: 0, ownError }, 0.05, repeats)).toMatchObject({
      moreRepeats,
    });
  });

  it('make three a side at least, and one more at least', () => {
    expect(more(0.97, 0, 0, 2)).toMatchObject({ moreRepeats: 1 });
    expect(more(0.97, 0, 0, 5)).toMatchObject({ moreRepeats: 1 });
  });

  it('are not counted beyond 1000, least of all on an edge', () => {
    expect(more(0.95, 0.01, 0.01, 2)).toMatchObject({ moreRepeats: 'more than 1000' });
    expect(more(1.05, 0.01, 0.01, 2)).toMatchObject({ moreRepeats: 'more than 1000' });
  });
});
