/** The chart of a comparison: one bar per pair from 0 to its ratio (baseline = 1.00), and a close-up with intervals. */
import type { TopLevelSpec } from 'vega-lite';
import { shortened } from './shortened.js';
import { colours } from './theme.js';

export interface RatioBar {
  /** Benchmark and scenario. */
  readonly label: string;
  readonly ratio: number;
  readonly low?: number;
  readonly high?: number;
  /** Drawn paler: a rate that was asked for. */
  readonly requested: boolean;
}

const STEP = 30;
const NARROW = 500;

/** `width` pixels for the whole drawing, the two parts side by side or, below 500, one under the other. */
export function ratioBars(bars: readonly RatioBar[], margin: number, width: number): TopLevelSpec {
  const narrow = width < NARROW;
  const longest = narrow ? 20 : 34;
  const room = 12 + 6.7 * Math.min(longest, Math.max(...bars.map((bar) => bar.label.length)));
  const values = bars.map((bar) => ({
    ...bar,
    label: shortened(bar.label, longest),
    text: bar.ratio.toFixed(3),
    percent: (bar.ratio - 1) * 100,
    lowPercent: bar.low === undefined ? null : (bar.low - 1) * 100,
    highPercent: bar.high === undefined ? null : (bar.high - 1) * 100,
    colour: bar.requested ? colours.pale : colours.candidate,
    description: describe(bar),
  }));
  const barsWidth = narrow ? width - room - 16 : (width - room) * 0.55;
  const closeWidth = narrow ? barsWidth : width - room - barsWidth - 50;
  const whole = { width: barsWidth, height: { step: STEP }, layer: barLayers(bars, margin, room, narrow) };
  const close = {
    width: closeWidth,
    height: { step: STEP },
    layer: closeLayers(bars, margin, narrow ? room : 0),
  };
  const both = narrow ? { vconcat: [whole, close] } : { hconcat: [whole, close] };
  return { data: { values }, spacing: 26, ...both } as unknown as TopLevelSpec;
}

function barLayers(bars: readonly RatioBar[], margin: number, room: number, narrow: boolean): object[] {
  const highest = Math.max(1 + margin, ...bars.map((bar) => bar.ratio));
  // Room for the figure after the longest bar.
  const ticks = ratioTicks(highest * (narrow ? 1.26 : 1.14));
  const domain = [0, ticks.at(-1)!];
  const x = (field: string) => ({ field, type: 'quantitative', scale: { domain, nice: false } });
  const axis = {
    title: 'relative to the baseline (1.00)',
    format: '.2f',
    values: ticks,
  };
  return [
    band(1 - margin, 1 + margin, x),
    {
      mark: { type: 'bar', height: 16, cornerRadiusEnd: 2 },
      encoding: {
        y: rows(room),
        x: { ...x('ratio'), axis },
        color: { field: 'colour', type: 'nominal', scale: null },
        description: { field: 'description', type: 'nominal' },
      },
    },
    reference(1, x),
    {
      transform: [{ calculate: 'max(datum.ratio, 1)', as: 'end' }],
      mark: {
        type: 'text',
        align: 'left',
        dx: 7,
        color: colours.ink,
        fontSize: 12,
        fontWeight: 600,
        aria: false,
      },
      encoding: { y: rows(room), x: x('end'), text: { field: 'text', type: 'nominal' } },
    },
  ];
}

/** From 0 to the first one that is not below `end`, so that no bar goes past the last. */
function ratioTicks(end: number): number[] {
  let step = 0.25;
  while (end > 8 * step) step *= 2;
  return Array.from({ length: Math.ceil(end / step) + 1 }, (_, i) => i * step);
}

/** Difference from the baseline in percent, on an axis that shows the margin and every interval. */
function closeLayers(bars: readonly RatioBar[], margin: number, room: number): object[] {
  const furthest = Math.max(
    margin * 1.4,
    ...bars
      .flatMap((bar) => [bar.ratio, bar.low ?? 1, bar.high ?? 1])
      .map((ratio) => Math.abs(ratio - 1) * 1.12),
  );
  const domain = [-100 * furthest, 100 * furthest];
  const x = (field: string) => ({ field, type: 'quantitative', scale: { domain, nice: 5 } });
  const axis = {
    title: 'difference from the baseline (%)',
    labelExpr: "(datum.value > 0 ? '+' : '') + format(datum.value, '~r')",
    tickCount: 5,
  };
  const interval = [{ filter: 'isValid(datum.lowPercent)' }];
  return [
    band(-100 * margin, 100 * margin, x),
    reference(0, x),
    {
      transform: interval,
      mark: { type: 'rule', color: colours.ink, strokeWidth: 1.5, aria: false },
      encoding: { y: rows(room), x: x('lowPercent'), x2: { field: 'highPercent' } },
    },
    ...['lowPercent', 'highPercent'].map((end) => ({
      transform: interval,
      mark: { type: 'tick', color: colours.ink, thickness: 1.5, size: 9, orient: 'vertical', aria: false },
      encoding: { y: rows(room), x: x(end) },
    })),
    {
      mark: { type: 'point', filled: true, opacity: 1, size: 70, aria: false },
      encoding: {
        y: rows(room),
        x: { ...x('percent'), axis },
        color: { field: 'colour', type: 'nominal', scale: null },
      },
    },
  ];
}

/** The margin, shaded. */
function band(from: number, to: number, x: (field: string) => object): object {
  return {
    data: { values: [{ from, to }] },
    mark: { type: 'rect', color: colours.band, opacity: 1, aria: false },
    encoding: { x: x('from'), x2: { field: 'to' } },
  };
}

function reference(at: number, x: (field: string) => object): object {
  return {
    data: { values: [{ at }] },
    mark: { type: 'rule', color: colours.ink, strokeWidth: 1.25, aria: false },
    encoding: { x: x('at') },
  };
}

/** One row per pair; its name is written where there is room for it. */
function rows(room: number) {
  const named = {
    labelColor: colours.ink,
    labelFontSize: 12,
    labelLimit: 0,
    labelAlign: 'left',
    labelPadding: room - 4,
    minExtent: room,
    title: null,
  };
  return {
    field: 'label',
    type: 'nominal',
    sort: null,
    axis: room > 0 ? { ...named, grid: false } : { labels: false, title: null, grid: false },
  };
}

function describe(bar: RatioBar): string {
  const interval =
    bar.low === undefined ? '' : `, 95% interval ${bar.low.toFixed(3)} to ${bar.high!.toFixed(3)}`;
  return `${bar.label}: ${bar.ratio.toFixed(3)} of the baseline${interval}${bar.requested ? ', requested rates' : ''}`;
}
