/** The rate of completions over the course of a run, for both sides. */
import type { TopLevelSpec } from 'vega-lite';
import { bySide, endingInTick, type LatencyLine, sized } from './latency-curve.js';

export interface RateLine extends Pick<LatencyLine, 'name' | 'side'> {
  /** When each sample completed, nanoseconds, ascending. */
  readonly completedNs: Float64Array;
}

const WINDOWS = 60;

/** Completions per second in `WINDOWS` windows of equal length: the middle of each (seconds) and its rate. */
export function ratesOverTime(completedNs: Float64Array): { s: number; rate: number }[] {
  const end = completedNs.at(-1);
  if (end === undefined || end <= 0) return [];
  const length = end / 1e9 / WINDOWS;
  const counts = new Array<number>(WINDOWS).fill(0);
  for (const ns of completedNs) counts[Math.min(WINDOWS - 1, Math.floor(ns / 1e9 / length))]!++;
  return counts.map((count, i) => ({ s: (i + 0.5) * length, rate: count / length }));
}

export function throughputOverTime(lines: readonly RateLine[], width: number): TopLevelSpec {
  const values = lines.flatMap((line) =>
    ratesOverTime(line.completedNs).map((point) => ({ ...point, name: line.name })),
  );
  const mark = { type: 'line', aria: false };
  const encoding = {
    x: endingInTick('s', 'time since the start (s)', 6),
    y: endingInTick('rate', 'completed (samples/s)', 5),
    ...bySide(lines, width),
  };
  return sized(values, [{ mark, encoding }], width);
}
