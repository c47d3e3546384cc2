/** A curve of latency against rate, column by column. */
import type { CurvePoint, Peak } from '../../results/document/peak.js';
import { knownPoints } from '../peak/systems.js';

/** The latencies that a column spans, milliseconds. */
export interface ColumnSpan {
  readonly column: number;
  readonly low: number;
  readonly high: number;
}

/** Every column in which the curve is known, straight between its points. Columns are `qpsPerColumn` wide, the first is around 0. */
export function alongCurve(
  peak: Pick<Peak, 'curve'>,
  of: 'p50Ms' | 'tailMs',
  qpsPerColumn: number,
  columns: number,
): ColumnSpan[] {
  const points = knownPoints(peak).filter((point) => Number.isFinite(point[of]));
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return [];
  const spans: ColumnSpan[] = [];
  for (let column = 0; column < columns; column++) {
    const from = Math.max(first.qps, (column - 0.5) * qpsPerColumn);
    const to = Math.min(last.qps, (column + 0.5) * qpsPerColumn);
    if (from > to) continue;
    const inside = points.filter(({ qps }) => qps > from && qps < to).map((point) => point[of]);
    const all = [latencyAt(points, of, from), latencyAt(points, of, to), ...inside];
    spans.push({ column, low: Math.min(...all), high: Math.max(...all) });
  }
  return spans;
}

/** `qps` is within the points. */
function latencyAt(points: readonly CurvePoint[], of: 'p50Ms' | 'tailMs', qps: number): number {
  const right = points.findIndex((point) => point.qps >= qps);
  const [a, b] = [points[Math.max(0, right - 1)]!, points[right]!];
  const share = b.qps > a.qps ? (qps - a.qps) / (b.qps - a.qps) : 1;
  return a[of] + share * (b[of] - a[of]);
}
