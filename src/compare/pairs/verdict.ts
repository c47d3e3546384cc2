/** What an interval says about a margin, by two one-sided tests, and how many more repeats would settle it. */
import { probit } from 'simple-statistics';
import type { Limits } from '../statistics/evidence.js';
import { normalReach } from '../statistics/normal.js';
import { type LogRatio, ratioInterval } from '../statistics/repeats-interval.js';
import { tQuantile } from '../statistics/student-t.js';
import type { UndecidedReason, Verdict } from '../types.js';
import { undecided } from '../words.js';

const MOST_REPEATS = 1000;
/** Probability that the advised number of repeats settles the question, if further runs behave like these. */
const POWER = 0.8;

/** The verdict on repeats: where it is undecided, with how many more of them would settle it. */
export function verdictOf(log: LogRatio, margin: number, repeats: number): Verdict {
  const [outer, inner] = [ratioInterval(log, 0.95), ratioInterval(log, 0.9)];
  const limits = { ...outer, low90: inner.low, high90: inner.high };
  return verdictOfLimits(limits, margin, () => repeatsNeeded(log, margin, repeats));
}

/**
 * The verdict for a margin (0.05 for 5%) and a ratio where 1 is the baseline and less is slower.
 *
 * *equivalent*: two one-sided tests at 5% (Schuirmann) reject a ratio outside 1 − margin … 1 + margin, that is,
 * the 90% interval lies inside it. *slower*, *faster*: the whole 95% interval lies beyond the margin.
 */
export function verdictOfLimits(
  limits: Limits,
  margin: number,
  moreRepeats?: () => number | 'more than 1000',
): Verdict {
  if (limits.low90 > 1 - margin && limits.high90 < 1 + margin) return { kind: 'equivalent' };
  if (limits.high < 1 - margin) return { kind: 'slower' };
  if (limits.low > 1 + margin) return { kind: 'faster' };
  return undecided(openReason(limits), margin, moreRepeats?.());
}

function openReason({ low, high }: { low: number; high: number }): UndecidedReason {
  if (high < 1) return 'slower, by how much is open';
  return low > 1 ? 'faster, by how much is open' : 'interval beyond the margin';
}

/**
 * Further repeats per side after which the interval is expected, with probability 0.8, not to contain an edge of the
 * margin, if the estimate, the spread of each side and what runs say of themselves stay as they are; 'more than 1000'
 * where 1000 are not enough.
 */
function repeatsNeeded(log: LogRatio, margin: number, repeats: number): number | 'more than 1000' {
  const ratio = Math.exp(log.estimate);
  const toLow = Math.abs(log.estimate - Math.log(1 - margin));
  const toHigh = Math.abs(log.estimate - Math.log(1 + margin));
  const inside = ratio > 1 - margin && ratio < 1 + margin;
  const distance = Math.min(toLow, toHigh);
  const variance = log.baselineSd ** 2 + log.candidateSd ** 2;
  const fourth = log.baselineSd ** 4 + log.candidateSd ** 4;
  for (let n = Math.max(3, repeats + 1); n <= repeats + MOST_REPEATS; n++) {
    const standardError = Math.sqrt(variance / n);
    const df = fourth > 0 ? ((n - 1) * variance ** 2) / fourth : 2 * n - 2;
    const quantile = tQuantile(inside ? 0.95 : 0.975, df);
    const own = (log.ownError ?? 0) * Math.sqrt(repeats / n);
    const reach = Math.max(quantile * standardError, normalReach[inside ? 0.9 : 0.95] * own);
    if (reach + probit(POWER) * Math.max(standardError, own) <= distance) return n - repeats;
  }
  return 'more than 1000';
}
