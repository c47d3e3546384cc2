/** The latencies of both sides by percentile, stretched towards the tail, with the bound. */
import type { TopLevelSpec } from 'vega-lite';
import type { LatencyPercentiles } from '../../results/types.js';
import { boundWords } from '../peak/words.js';
import { colours } from './theme.js';

export interface LatencyLine {
  readonly name: string;
  readonly side: 'baseline' | 'candidate';
  /** Share of queries (0 to 1, below 1) and the latency they stay within, milliseconds. */
  readonly points: readonly (readonly [share: number, ms: number])[];
  /** Samples that were completed; absent where it is not known. */
  readonly samples?: number;
}

const POINTS = 160;

/** Points of ascending latencies, evenly spaced on the stretched axis. */
export function pointsOfLatencies(sortedMs: Float64Array): [number, number][] {
  const n = sortedMs.length;
  if (n === 0) return [];
  const end = Math.min(4, Math.log10(n));
  return Array.from({ length: POINTS + 1 }, (_, i) => {
    const share = 1 - 10 ** (-(i * end) / POINTS);
    return [share, sortedMs[Math.min(n - 1, Math.floor(share * n))]!];
  });
}

/** Points of the percentiles that a summary gives. */
export function pointsOfPercentiles(latency: LatencyPercentiles): [number, number][] {
  const { p50, p90, p95, p97, p99, p999 } = latency;
  return [
    [0.5, p50],
    [0.9, p90],
    [0.95, p95],
    [0.97, p97],
    [0.99, p99],
    [0.999, p999],
  ];
}

/** At least `percentile` (0 to 1) of the queries must stay within `bound.ms`. */
export function latencyCurve(
  lines: readonly LatencyLine[],
  bound: { readonly ms: number; readonly percentile: number } | undefined,
  width: number,
): TopLevelSpec {
  const values = lines.flatMap((line) =>
    line.points.map(([share, ms]) => ({
      name: line.name,
      x: -Math.log10(1 - share),
      ms,
      marked: isMarked(line),
    })),
  );
  const furthest = Math.max(3, ...values.map((value) => value.x));
  const highest = Math.max(bound?.ms ?? 0, ...values.map((value) => value.ms));
  const few = lines.every(isMarked);
  const layer: object[] = [
    {
      mark: { type: 'line', aria: false },
      encoding: {
        x: {
          field: 'x',
          type: 'quantitative',
          // The axes end with a tick, so that no point lies beyond the last one.
          scale: { domain: [few ? 0.301 : 0, Math.ceil(furthest - 1e-9)], nice: false },
          axis: {
            title: 'share of queries',
            values: width < 600 ? [0.30103, 1, 2, 3, 4] : [0, 0.30103, 1, 2, 3, 4],
            labelExpr: "format(100 * (1 - pow(10, -datum.value)), '~r') + '%'",
            labelFlush: true,
            labelOverlap: false,
          },
        },
        y: {
          field: 'ms',
          type: 'quantitative',
          axis: { title: 'latency (ms)', tickCount: 5 },
          scale: { domain: [0, highest * 1.05], nice: 5 },
        },
        ...bySide(lines, width),
      },
    },
    ...markers(lines, { x: 'x', y: 'ms' }),
  ];
  if (bound) {
    const text = boundWords({ percentile: bound.percentile, boundMs: bound.ms });
    layer.push(
      {
        data: { values: [{ ms: bound.ms }] },
        mark: { type: 'rule', color: colours.bad, strokeDash: [5, 4], strokeWidth: 1.5, aria: false },
        encoding: { y: { field: 'ms', type: 'quantitative' } },
      },
      {
        data: { values: [{ ms: bound.ms, text }] },
        mark: { type: 'text', x: 6, align: 'left', dy: -7, color: colours.bad, fontSize: 11, aria: false },
        encoding: { y: { field: 'ms', type: 'quantitative' }, text: { field: 'text', type: 'nominal' } },
      },
    );
  }
  return sized(values, layer, width);
}

/**
 * How many of an Offline run's samples were completed by each time: the slope is the rate, so that runs of unlike
 * length and size can be compared.
 */
export function completionCurve(lines: readonly LatencyLine[], width: number): TopLevelSpec {
  const values = lines.flatMap((line) => {
    const { name, samples } = line;
    if (samples === undefined) return [];
    const points = line.points.map(([share, ms]) => ({
      name,
      samples: share * samples,
      s: ms / 1000,
      marked: isMarked(line),
    }));
    return [{ name, samples: 0, s: 0, marked: false }, ...points];
  });
  const mark = { type: 'line', aria: false };
  const encoding = {
    x: endingInTick('s', 'time since the start (s)', 6),
    y: endingInTick('samples', 'samples completed', 5),
    ...bySide(lines, width),
  };
  return sized(values, [{ mark, encoding }, ...markers(lines, { x: 's', y: 'samples' })], width);
}

/** A channel whose axis goes from 0 to a tick, with about `ticks` of them, so that no point lies beyond the last one. */
export function endingInTick(field: string, title: string, ticks: number): object {
  const axis = { title, tickCount: ticks };
  return { field, type: 'quantitative', axis, scale: { zero: true, nice: ticks } };
}

/** Whether a line is drawn through so few points, as the percentiles of a summary, that each is shown. */
function isMarked({ points }: Pick<LatencyLine, 'points'>): boolean {
  return points.length < 20;
}

/** A point at each value that is `marked`. */
function markers(
  lines: readonly LatencyLine[],
  fields: { readonly x: string; readonly y: string },
): object[] {
  if (!lines.some(isMarked)) return [];
  const place = (field: string) => ({ field, type: 'quantitative' });
  const encoding = { x: place(fields.x), y: place(fields.y), color: bySide(lines, 0).color };
  const mark = { type: 'point', filled: true, opacity: 1, size: 50, aria: false };
  return [{ transform: [{ filter: 'datum.marked' }], mark, encoding }];
}

/** Colour by side, with a legend; the baseline is a wide line under the candidate's, so that both show where they are equal. */
export function bySide(lines: readonly Pick<LatencyLine, 'name' | 'side'>[], chartWidth: number) {
  if (lines.length === 1) return { color: { value: colours[lines[0]!.side] }, strokeWidth: { value: 2 } };
  const domain = lines.map((line) => line.name);
  const color = lines.map((line) => colours[line.side]);
  const width = lines.map((line) => (line.side === 'baseline' ? 4 : 1.75));
  // Two long names side by side would make the drawing wider than a phone.
  const legend = { direction: chartWidth < 400 ? 'vertical' : 'horizontal' };
  return {
    color: { field: 'name', type: 'ordinal', sort: domain, scale: { domain, range: color }, legend },
    strokeWidth: { field: 'name', type: 'ordinal', sort: domain, scale: { domain, range: width }, legend },
  };
}

/** A drawing of these values, about this many pixels wide. */
export function sized(values: readonly object[], layer: readonly object[], width: number): TopLevelSpec {
  return { width: width - 58, height: 190, data: { values }, layer } as unknown as TopLevelSpec;
}
