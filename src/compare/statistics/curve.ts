/** Latency at a rate that nobody tried, between two points of a curve. */
import type { CurvePoint } from '../../results/document/peak.js';
import type { Evidence } from './evidence.js';

export type CurveReading =
  | { readonly kind: 'read'; readonly tail: Evidence }
  /** The rates that the curve reaches from and to; absent where it has no point. */
  | { readonly kind: 'beyond'; readonly from?: number; readonly to?: number };

/** How far a rate may lie beyond an end of the curve through rounding alone, relative to it. */
const rounding = 1e-9;

/**
 * The latency at the bound's percentile at this rate, milliseconds, and its 95% interval. Near the peak it grows by
 * factors, so its logarithm and those of its limits are taken to be straight between two points. Beyond the ends nothing
 * is known: there it may grow without limit.
 */
export function curveAt(curve: readonly CurvePoint[], qps: number): CurveReading {
  const points = curve.filter(({ tailMs }) => tailMs > 0 && Number.isFinite(tailMs));
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return { kind: 'beyond' };
  if (qps < first.qps * (1 - rounding) || qps > last.qps * (1 + rounding))
    return { kind: 'beyond', from: first.qps, to: last.qps };
  if (qps >= last.qps) return read(last);
  const next = points.findIndex((point) => point.qps >= qps);
  const [above, below] = [points[next]!, points[next - 1]];
  return read(below && above.qps > qps ? between(below, above, qps) : above);
}

function read(point: Pick<CurvePoint, 'tailMs' | 'tailLowMs' | 'tailHighMs'>): CurveReading {
  return { kind: 'read', tail: { value: point.tailMs, low: point.tailLowMs, high: point.tailHighMs } };
}

function between(below: CurvePoint, above: CurvePoint, qps: number) {
  const share = (qps - below.qps) / (above.qps - below.qps);
  const at = (of: 'tailMs' | 'tailLowMs' | 'tailHighMs') =>
    Math.exp((1 - share) * Math.log(below[of]) + share * Math.log(above[of]));
  return { tailMs: at('tailMs'), tailLowMs: at('tailLowMs'), tailHighMs: at('tailHighMs') };
}
