/**
 * Latency against rate: the curves of one or two systems, the bound, and the peaks with their intervals; beside it a
 * close-up of the peaks, in which probes can be told apart.
 */
import type { TopLevelSpec } from 'vega-lite';
import type { PeakPicture } from '../peak/systems.js';
import {
  boundLines,
  curves,
  type Panel,
  peakBands,
  peakLabels,
  peakMarks,
  percentileLabels,
  probePoints,
} from './peak-layers.js';

const HEIGHT = 280;
/** Below this many pixels one part stands under the other. */
const NARROW = 500;
/** Pixels that the axis of latencies takes. */
const AXIS = 58;
/** Where one peak is less than this share of the other, a close-up shows no more than the whole. */
const FAR_APART = 0.6;

/** `width` pixels for the whole drawing. What lies above the upper edge is cut off; probes there stand on the edge. */
export function peakCurve(picture: PeakPicture, width: number): TopLevelSpec {
  const room = width - AXIS;
  const close = closeUp(picture);
  if (!close) return { ...whole(picture, room, true) } as unknown as TopLevelSpec;
  const isNarrow = width < NARROW;
  const [left, right] = isNarrow ? [room, room] : [room * 0.58, room * 0.42 - 78];
  const parts = [
    whole(picture, left, false),
    drawn(
      { from: close.from, to: close.to, topMs: picture.topMs, width: right, title: 'close-up, queries/s' },
      (panel) => [
        ...peakBands(picture, panel),
        ...boundLines(picture, panel, false),
        ...curves(picture, panel, false),
        ...probePoints(picture, panel, { size: 50, hasLegend: true }),
        ...peakMarks(picture, panel),
      ],
    ),
  ];
  const both = isNarrow ? { vconcat: parts } : { hconcat: parts };
  const independent = { color: 'independent', shape: 'independent', strokeWidth: 'independent' };
  return { spacing: isNarrow ? 20 : 30, resolve: { scale: independent }, ...both } as unknown as TopLevelSpec;
}

function whole(picture: PeakPicture, width: number, isAlone: boolean): object {
  const { rightQps, topMs } = picture;
  return drawn({ from: 0, to: rightQps, topMs, width, title: 'rate (queries/s)' }, (panel) => [
    ...peakBands(picture, panel),
    ...boundLines(picture, panel, true),
    ...curves(picture, panel, true),
    ...probePoints(picture, panel, { size: isAlone ? 46 : 16, hasLegend: isAlone }),
    ...peakMarks(picture, panel),
    ...percentileLabels(picture, panel),
    ...peakLabels(picture, panel),
  ]);
}

/** The rates around the peaks; undefined where they are far apart. */
function closeUp({ systems }: PeakPicture): { from: number; to: number } | undefined {
  const reach = systems.flatMap(({ middle: { qps, lowQps, highQps } }) => [
    Number.isFinite(lowQps) ? lowQps : qps,
    Number.isFinite(highQps) ? highQps : qps,
  ]);
  const [lowest, highest] = [Math.min(...reach), Math.max(...reach)];
  if (lowest < FAR_APART * highest) return undefined;
  const space = Math.max(0.06 * highest, 0.5 * (highest - lowest));
  return { from: lowest - space, to: highest + space };
}

interface Extent {
  readonly from: number;
  readonly to: number;
  readonly topMs: number;
  readonly width: number;
  readonly title: string;
}

function drawn({ from, to, topMs, width, title }: Extent, layers: (panel: Panel) => object[]): object {
  const panel: Panel = {
    x: (field) => ({
      field,
      type: 'quantitative',
      scale: { domain: [from, to], nice: false },
      axis: { title, tickCount: width < 300 ? 4 : 7, grid: false },
    }),
    y: (field) => ({
      field,
      type: 'quantitative',
      scale: { domain: [0, topMs], nice: false },
      axis: { title: 'latency (ms)', tickCount: 5 },
    }),
    ...{ from, to, topMs, width },
  };
  return { width, height: HEIGHT, layer: layers(panel) };
}
