/** The charts of one run, or of the two sides of a pair: latencies and throughput over time. */
import type { TopLevelSpec } from 'vega-lite';
import type { ResultRun } from '../../results/types.js';
import {
  completionCurve,
  type LatencyLine,
  latencyCurve,
  pointsOfLatencies,
  pointsOfPercentiles,
} from '../charts/latency-curve.js';
import { renderSvg } from '../charts/render-svg.js';
import { throughputOverTime } from '../charts/throughput-over-time.js';
import type { SeriesByRun } from '../runs/series.js';
import type { Markup } from './markup.js';
import { chart, PHONE, WHOLE } from './page.js';

export interface ChartedRun {
  readonly side: 'baseline' | 'candidate';
  /** For the legend; unlike the other side's. */
  readonly name: string;
  readonly run: ResultRun | undefined;
}

/** Width in pixels of two charts side by side. */
const HALF = 420;

/**
 * Drawn from the records of the runs where there are any, else from percentiles; none where there are neither.
 * `key` is unlike that of every other call for the same page.
 */
export async function runCharts(
  charted: readonly ChartedRun[],
  series: SeriesByRun,
  key: string,
): Promise<Markup[]> {
  const lines = charted.flatMap(({ side, name, run }): LatencyLine[] => {
    const { points, samples } = pointsOf(run, series);
    return points.length ? [{ name, side, points, samples }] : [];
  });
  const rates = charted.flatMap(({ side, name, run }) => {
    const found = run && series.get(run.path);
    return found ? [{ name, side, completedNs: found.completedNs }] : [];
  });
  const first = charted[0]?.run;
  const bound =
    first?.boundMs === undefined ? undefined : { ms: first.boundMs, percentile: first.percentile ?? 0.99 };
  const specs: { caption: string; spec: (width: number) => TopLevelSpec }[] = [];
  const counted = lines.filter((line) => line.samples !== undefined);
  if (first?.scenario === 'Offline' && counted.length)
    specs.push({ caption: 'Samples completed over time', spec: (width) => completionCurve(counted, width) });
  else if (first?.scenario !== 'Offline' && lines.length)
    specs.push({
      caption: 'Latency by share of queries',
      spec: (width) => latencyCurve(lines, bound, width),
    });
  if (rates.length)
    specs.push({ caption: 'Throughput over time', spec: (width) => throughputOverTime(rates, width) });
  const wide = specs.length > 1 ? HALF : WHOLE;
  const charts: Markup[] = [];
  for (const [i, { caption, spec }] of specs.entries()) {
    const [screen, phone] = [`${key}s${i + 1}`, `${key}n${i + 1}`];
    const title = `${caption}${first ? `, ${first.benchmark} ${first.scenario}` : ''}`;
    const drawn = await renderSvg(spec(wide), screen, title);
    charts.push(chart(caption, drawn, await renderSvg(spec(PHONE), phone, title)));
  }
  return charts;
}

function pointsOf(run: ResultRun | undefined, series: SeriesByRun): Pick<LatencyLine, 'points' | 'samples'> {
  const found = run && series.get(run.path);
  if (found) return { points: pointsOfLatencies(found.latencyMs), samples: found.completedNs.length };
  return { points: run?.latencyMs ? pointsOfPercentiles(run.latencyMs) : [], samples: run?.samples };
}
