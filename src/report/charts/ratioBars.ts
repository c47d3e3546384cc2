/** The chart of a comparison: a bar a pair from 0 to its ratio, bare metal = 1.00, with its interval. */
import type { TopLevelSpec } from 'vega-lite';
import { colours } from './theme.js';

export interface RatioBar {
  /** Benchmark and scenario. */
  readonly label: string;
  readonly ratio: number;
  readonly low?: number;
  readonly high?: number;
  /** Drawn lighter: a rate that was asked for. */
  readonly requested: boolean;
}

/** `width` pixels for the whole drawing; `margin` is a fraction. */
export function ratioBars(bars: readonly RatioBar[], margin: number, width: number): TopLevelSpec {
  const labelRoom = width < 500 ? 118 : 170;
  const highest = Math.max(1 + margin, ...bars.map((bar) => bar.high ?? bar.ratio));
  const domain = [0, Math.ceil((highest + 0.12) * 20) / 20];
  const values = bars.map((bar) => ({
    ...bar,
    text: bar.ratio.toFixed(3),
    end: Math.max(bar.ratio, bar.high ?? 0, 1),
    description: describe(bar),
  }));
  const y = { field: 'label', type: 'nominal', sort: null, axis: labels(labelRoom) } as const;
  const x = (field: string) => ({ field, type: 'quantitative', scale: { domain } }) as const;
  const layer = [
    {
      data: { values: [{ from: 1 - margin, to: 1 + margin }] },
      mark: { type: 'rect', color: colours.band, aria: false },
      encoding: { x: x('from'), x2: { field: 'to' } },
    },
    {
      mark: { type: 'bar', height: 16, color: colours.candidate, cornerRadiusEnd: 2 },
      encoding: {
        y,
        x: {
          ...x('ratio'),
          axis: {
            title: 'relative to the baseline = 1.00; below 1 is slower',
            format: '.2f',
            tickCount: width < 500 ? 4 : 7,
          },
        },
        opacity: { condition: { test: 'datum.requested', value: 0.45 }, value: 1 },
        description: { field: 'description', type: 'nominal' },
      },
    },
    {
      data: { values: [{ one: 1 }] },
      mark: { type: 'rule', color: colours.ink, strokeWidth: 1.25, aria: false },
      encoding: { x: x('one') },
    },
    {
      transform: [{ filter: 'isValid(datum.low)' }],
      mark: { type: 'rule', color: colours.ink, strokeWidth: 1.5, aria: false },
      encoding: { y, x: x('low'), x2: { field: 'high' } },
    },
    ...['low', 'high'].map((end) => ({
      transform: [{ filter: 'isValid(datum.low)' }],
      mark: { type: 'tick', color: colours.ink, thickness: 1.5, size: 9, orient: 'vertical', aria: false },
      encoding: { y, x: x(end) },
    })),
    {
      mark: { type: 'text', align: 'left', dx: 7, color: colours.ink, fontSize: 12, fontWeight: 600, aria: false },
      encoding: { y, x: x('end'), text: { field: 'text', type: 'nominal' } },
    },
  ];
  return {
    width: width - labelRoom - 14,
    height: { step: 30 },
    data: { values },
    layer,
  } as unknown as TopLevelSpec;
}

function labels(room: number) {
  return { title: null, labelColor: colours.ink, labelFontSize: 12, labelLimit: room - 8, minExtent: room, grid: false };
}

function describe(bar: RatioBar): string {
  const interval = bar.low === undefined ? '' : `, 95% interval ${bar.low.toFixed(3)} to ${bar.high!.toFixed(3)}`;
  return `${bar.label}: ${bar.ratio.toFixed(3)} of the baseline${interval}${bar.requested ? ', requested rates' : ''}`;
}
