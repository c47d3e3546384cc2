/** What a chart of peaks is made of, each part for all of its systems. */
import { percentileName } from '../../compare/server-words.js';
import type { Peak, PeakProbe } from '../../results/document/peak.js';
import { type DrawnSystem, knownPoints, type PeakPicture } from '../peak/systems.js';
import { boundWords, peakFigures } from '../peak/words.js';
import { figure } from '../text/numbers.js';
import { bySide } from './latency-curve.js';
import { colours } from './theme.js';

/** Where layers are drawn. */
export interface Panel {
  readonly x: (field: string) => object;
  readonly y: (field: string) => object;
  /** Rates at the left and the right edge. */
  readonly from: number;
  readonly to: number;
  readonly topMs: number;
  /** Pixels. */
  readonly width: number;
}

/** Pixels that a character of a label takes in the widest of the page's fonts. */
const CHARACTER = 7.4;

const verdicts = ['holds', 'misses', 'open'] as const satisfies readonly PeakProbe['verdict'][];
const shapes = ['circle', 'triangle-up', 'square'];

/** Each interval as a band from the axis up to the bound, with a line at the peak. */
export function peakBands({ systems }: PeakPicture, { x, y, to }: Panel): object[] {
  return systems.flatMap(({ middle, side }) => {
    const { qps, lowQps, highQps, boundMs } = middle;
    const data = { values: [{ qps, low: lowQps, high: Math.min(highQps, to), bound: boundMs, zero: 0 }] };
    const color = colours[side];
    const heights = { y: y('zero'), y2: { field: 'bound' } };
    const band = {
      data,
      mark: { type: 'rect', color, opacity: 0.18, aria: false },
      encoding: { x: x('low'), x2: { field: 'high' }, ...heights },
    };
    const line = {
      data,
      mark: { type: 'rule', color, strokeWidth: 1.25, strokeDash: [2, 3], aria: false },
      encoding: { x: x('qps'), ...heights },
    };
    return hasInterval(middle) ? [band, line] : [line];
  });
}

/** The bound, once if it is the same for all. */
export function boundLines({ systems }: PeakPicture, { y }: Panel, hasText: boolean): object[] {
  const bounds = new Map(systems.map(({ middle }) => [middle.boundMs, middle]));
  return [...bounds].flatMap(([ms, peak]) => {
    const data = { values: [{ ms, text: boundWords(peak) }] };
    const mark = { color: colours.bad, aria: false };
    const line = {
      data,
      mark: { ...mark, type: 'rule', strokeDash: [5, 4], strokeWidth: 1.5 },
      encoding: { y: y('ms') },
    };
    const text = {
      data,
      mark: { ...mark, type: 'text', x: 6, align: 'left', dy: -7, fontSize: 11 },
      encoding: { y: y('ms'), text: { field: 'text', type: 'nominal' } },
    };
    return hasText ? [line, text] : [line];
  });
}

/** The bounded percentile with its interval, p50 thinly, and of other runs the bounded percentile faintly. */
export function curves({ systems }: PeakPicture, panel: Panel, hasLegend: boolean): object[] {
  const { x, y } = panel;
  const line = (peak: Peak, field: 'p50Ms' | 'tailMs', look: object) => ({
    data: { values: knownPoints(peak).filter((point) => Number.isFinite(point[field])) },
    mark: { type: 'line', clip: true, aria: false, ...look },
    encoding: { x: x('qps'), y: y(field) },
  });
  const faint = systems.flatMap(({ others, side }) =>
    others.map((peak) => line(peak, 'tailMs', { color: colours[side], strokeWidth: 1, opacity: 0.45 })),
  );
  const bands = systems.map(({ middle, side }) => ({
    data: {
      values: knownPoints(middle).filter(
        (point) => Number.isFinite(point.tailLowMs) && Number.isFinite(point.tailHighMs),
      ),
    },
    mark: { type: 'area', color: colours[side], opacity: 0.2, clip: true, aria: false },
    encoding: { x: x('qps'), y: y('tailLowMs'), y2: { field: 'tailHighMs' } },
  }));
  const medians = systems.map(({ middle, side }) =>
    line(middle, 'p50Ms', {
      color: colours[side],
      strokeWidth: systems.length > 1 && side === 'baseline' ? 2.25 : 1.1,
    }),
  );
  const { color, strokeWidth } = bySide(systems, panel.width);
  const tails = {
    data: {
      values: systems.flatMap(({ name, middle }) => knownPoints(middle).map((point) => ({ ...point, name }))),
    },
    mark: { type: 'line', clip: true, aria: false },
    encoding: {
      x: x('qps'),
      y: y('tailMs'),
      color: hasLegend ? color : { ...color, legend: null },
      strokeWidth: hasLegend ? strokeWidth : { ...strokeWidth, legend: null },
    },
  };
  return [...faint, ...bands, ...medians, tails];
}

/** Shape and colour tell a verdict; of two systems the shape alone, because colours are the systems'. */
export function probePoints(
  { systems }: PeakPicture,
  { x, y, from, to, topMs }: Panel,
  { size, hasLegend }: { readonly size: number; readonly hasLegend: boolean },
): object[] {
  const isPair = systems.length > 1;
  return systems.map(({ middle, side }) => {
    const own = colours[side];
    const symbol = { symbolType: undefined, symbolSize: 60, symbolStrokeWidth: 1.5 };
    const neutral = isPair ? { symbolStrokeColor: colours.soft } : {};
    const legend = hasLegend ? { ...symbol, ...neutral } : null;
    const scale = (range: readonly string[]) => ({ domain: verdicts, range });
    const field = { field: 'verdict', type: 'nominal' };
    const alone = { ...field, scale: scale([own, colours.bad, colours.soft]), legend };
    return {
      data: {
        values: middle.probes
          .filter(({ targetQps, tailMs }) => targetQps >= from && targetQps <= to && Number.isFinite(tailMs))
          .map(({ targetQps, tailMs, verdict }) => ({
            qps: targetQps,
            ms: Math.min(tailMs, topMs),
            verdict,
          })),
      },
      mark: { type: 'point', size, strokeWidth: 1.5, filled: false, opacity: 1, aria: false },
      encoding: {
        x: x('qps'),
        y: y('ms'),
        shape: { ...field, scale: scale(shapes), legend },
        color: isPair ? { value: own } : alone,
      },
    };
  });
}

/** Each peak on its bound, with its interval along it. */
export function peakMarks({ systems }: PeakPicture, { x, y, to }: Panel): object[] {
  return systems.flatMap(({ middle, side }) => {
    const { qps, lowQps, highQps, boundMs } = middle;
    const data = { values: [{ qps, low: lowQps, high: Math.min(highQps, to), bound: boundMs }] };
    const color = colours[side];
    const interval = {
      data,
      mark: { type: 'rule', color, strokeWidth: 3.5, aria: false },
      encoding: { x: x('low'), x2: { field: 'high' }, y: y('bound') },
    };
    const point = {
      data,
      mark: { ...diamond, color, size: 90, aria: false },
      encoding: { x: x('qps'), y: y('bound') },
    };
    return hasInterval(middle) ? [interval, point] : [point];
  });
}

const diamond = { type: 'point', shape: 'diamond', filled: true, opacity: 1 };

/** Below the edge, on which probes stand, and apart: where the queue only grows, both curves leave the chart side by side. */
const labelHeights = { p50Ms: 0.72, tailMs: 0.9 };

/** Which curve is which, right of the end of the rightmost of each. */
export function percentileLabels({ systems }: PeakPicture, { x, y, topMs }: Panel): object[] {
  return (['p50Ms', 'tailMs'] as const).flatMap((of) => {
    const ends = systems.flatMap(({ middle }) => {
      const end = endOf(middle, of, labelHeights[of] * topMs);
      return end ? [{ ...end, text: of === 'p50Ms' ? 'p50' : percentileName(middle.percentile) }] : [];
    });
    const furthest = ends.toSorted((a, b) => b.qps - a.qps)[0];
    if (!furthest) return [];
    return [
      {
        data: { values: [furthest] },
        mark: { type: 'text', align: 'left', dx: 8, dy: 5, color: colours.soft, fontSize: 11, aria: false },
        encoding: { x: x('qps'), y: y('ms'), text: { field: 'text', type: 'nominal' } },
      },
    ];
  });
}

/** The peaks in figures (and in words, for those who cannot see them), at the top and left of all curves, where there is nothing else. */
export function peakLabels({ systems }: PeakPicture, { x, width, from, to }: Panel): object[] {
  const at = Math.min(...systems.map(({ middle }) => (hasInterval(middle) ? middle.lowQps : middle.qps)));
  const room = ((at - from) / (to - from)) * width - 16;
  return systems.flatMap((system, i) => {
    const description = `${system.name}: peak ${peakFigures(system.middle)}`;
    const data = { values: [{ at, text: figuresFor(system, Math.floor(room / CHARACTER)), description }] };
    const y = 20 + 18 * i;
    const text = {
      type: 'text',
      align: 'right',
      dx: -9,
      y,
      color: colours.ink,
      fontSize: 12,
      fontWeight: 600,
    };
    return [
      {
        data,
        mark: { ...diamond, y, size: 70, color: colours[system.side] },
        encoding: { x: x('at'), description: { field: 'description', type: 'nominal' } },
      },
      {
        data,
        mark: { ...text, aria: false },
        encoding: { x: x('at'), text: { field: 'text', type: 'nominal' } },
      },
    ];
  });
}

/** As much as has room. */
function figuresFor({ middle }: DrawnSystem, characters: number): string {
  const { qps, lowQps, highQps } = middle;
  const interval = hasInterval(middle) ? ` (${figure(lowQps)}–${figure(highQps)})` : '';
  const all = [`${figure(qps)} queries/s${interval}`, `${figure(qps)}${interval}`];
  return all.find((text) => text.length <= characters) ?? figure(qps);
}

function hasInterval({ lowQps, highQps }: Peak): boolean {
  return Number.isFinite(lowQps) && Number.isFinite(highQps);
}

/** Where a curve ends: at its last point, or where it exceeds `topMs`. */
function endOf(peak: Peak, of: 'p50Ms' | 'tailMs', topMs: number): { qps: number; ms: number } | undefined {
  const points = knownPoints(peak).filter((point) => Number.isFinite(point[of]));
  const beyond = points.findIndex((point) => point[of] > topMs);
  const [a, b] = beyond > 0 ? [points[beyond - 1]!, points[beyond]!] : [points.at(-1), undefined];
  if (!a) return undefined;
  if (!b) return { qps: a.qps, ms: a[of] };
  return { qps: a.qps + ((topMs - a[of]) / (b[of] - a[of])) * (b.qps - a.qps), ms: topMs };
}
