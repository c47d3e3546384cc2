/** The curve of latencies against rate, by the model as it was corrected by what was seen. */
import type { LatencyBound } from '../../plan/types.js';
import type { CurvePoint } from '../../results/document/peak.js';
import type { Estimate } from './estimate.js';

/** Shares of the peak, closer where the curve is steep. */
const rates = [0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.87, 0.92, 0.95, 0.97, 0.985, 1, 1.01, 1.02, 1.04];
const queries = 4e5;
/** Where the curve is steep it is also noisy. */
const queriesNearPeak = 1e6;
const near = 0.95;

export function curveOf(
  { qps, half, correction, model }: Estimate,
  bound: LatencyBound,
): readonly CurvePoint[] {
  return rates.flatMap((share) => {
    const rate = share * qps;
    // The model is right at a rate that its correction moves.
    const at = (shift: number, shares: readonly number[]) =>
      model
        .percentilesAt(
          rate * Math.exp(shift - correction),
          shares,
          share < near ? queries : queriesNearPeak,
          1,
        )
        .map((ns) => ns / 1e6);
    const [p50Ms, tailMs] = at(0, [0.5, bound.percentile]) as [number, number];
    const [tailLowMs] = at(-half, [bound.percentile]) as [number];
    const [tailHighMs] = at(half, [bound.percentile]) as [number];
    const known = [p50Ms, tailMs, tailLowMs].every(Number.isFinite);
    return known
      ? [
          {
            qps: rate,
            p50Ms,
            tailMs,
            tailLowMs,
            tailHighMs: Number.isFinite(tailHighMs) ? tailHighMs : Number.NaN,
          },
        ]
      : [];
  });
}
