/** The bars of a candidate's ratios, and what is said above them. */
import type { CandidateComparison } from '../../compare/types.js';
import type { RatioBar } from '../charts/ratio-bars.js';

/** One for each pair that has a ratio. */
export function barsOf(candidate: CandidateComparison): RatioBar[] {
  return candidate.pairs.flatMap((pair) =>
    pair.ratio === undefined
      ? []
      : {
          label: `${pair.benchmark} ${pair.scenario}`,
          ratio: pair.ratio,
          low: pair.interval.kind === 'none' ? undefined : pair.interval.low,
          high: pair.interval.kind === 'none' ? undefined : pair.interval.high,
          requested: pair.rates === 'requested rates',
        },
  );
}

export function barsCaption(bars: readonly RatioBar[]): string {
  const requested = bars.some((bar) => bar.requested) ? '; pale bars are requested rates' : '';
  const intervals = bars.some((bar) => bar.low !== undefined) ? ', with 95% intervals' : '';
  return `Performance relative to the baseline${intervals}; the margin is shaded${requested}`;
}
