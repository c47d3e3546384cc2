/** Latency against rate as a terminal draws it: the curves of one or two systems, the bound, and the peaks. */
import { percentileName } from '../../compare/server-words.js';
import { type DrawnSystem, namesOf, type PeakPicture, type PeaksOf, pictureOf } from '../peak/systems.js';
import { boundWords, peakFigures, peakSentence } from '../peak/words.js';
import { alongCurve } from './along-curve.js';
import { Canvas } from './canvas.js';
import { figure } from './numbers.js';
import { asciiMarks, type PeakMarks, unicodeMarks } from './peak-marks.js';
import { plainStyle, type Style, wrapped } from './text-table.js';
import { ticksUpTo } from './ticks.js';

const WIDTH = 78;
/** Steps of the axis of latencies: the bound and its half lie on one of them. */
const STEPS = 12;

/**
 * The picture as lines of at most 78 columns: 16 for the plot, then what each system's marks are and its peak. A system
 * without a peak is a sentence.
 * @param systems one, or the baseline and the candidate
 */
export function peakCurveLines(systems: readonly PeaksOf[], style: Style = plainStyle): string[] {
  const picture = pictureOf(systems);
  const marks = style.ascii ? asciiMarks : unicodeMarks;
  const names = namesOf(systems);
  const left = picture?.left ?? systems.map(({ peaks: [peak] }, i) => ({ name: names[i]!, peak }));
  return [
    ...(picture ? [...plot(picture, marks, style), ...keys(picture, marks, style)] : []),
    ...left.flatMap(({ name, peak }) => {
      const whose = systems.length > 1 ? `${name}: ` : '';
      return wrapped(whose + peakSentence(peak), 0, WIDTH);
    }),
  ];
}

function plot({ systems, topMs, halves, rightQps }: PeakPicture, marks: PeakMarks, style: Style): string[] {
  const labels = Array.from({ length: STEPS + 1 }, (_, row) => {
    const step = STEPS - row;
    return step % (STEPS / halves) === 0 ? figure((topMs * step) / STEPS) : '';
  });
  const margin = Math.max(...labels.map((label) => label.length));
  const canvas = new Canvas(STEPS + 1, WIDTH - margin - 2);
  const qpsPerColumn = rightQps / (canvas.columns - 1);
  const rowOf = (ms: number) => Math.round((1 - ms / topMs) * STEPS);
  const columnOf = (qps: number) => Math.round(qps / qpsPerColumn);
  const place = { canvas, marks, style, rowOf, columnOf, qpsPerColumn };

  const bounds = new Map(systems.map(({ middle }) => [middle.boundMs, middle]));
  for (const ms of bounds.keys()) canvas.write(rowOf(ms), 0, marks.bound.repeat(canvas.columns), style.bad);
  for (const { middle } of systems)
    for (let row = rowOf(middle.boundMs) + 1; row <= STEPS; row++)
      canvas.put(row, columnOf(middle.qps), marks.drop, style.dim);
  for (const system of systems) drawCurve(system, 'p50', place);
  for (const system of systems) drawCurve(system, 'tail', place);
  for (const system of systems) drawPeak(system, place);
  for (const [ms, peak] of bounds) canvas.write(rowOf(ms) - 1, 1, boundWords(peak), style.bad);
  const { up, upTick } = marks.axes;
  const rows = canvas.lines().map((line, row) => {
    const label = `${labels[row]!.padStart(margin)} ${labels[row] ? upTick : up}`;
    return `${style.dim(label)}${line}`;
  });
  const both = systems.length > 1 ? `; ${marks.tail.both} both` : '';
  const title = `${' '.repeat(margin + 2)}latency (ms) against rate (queries/s)${both}`;
  return [
    style.dim(title),
    ...rows,
    ...rateAxis(rightQps, margin, canvas.columns, columnOf, marks).map(style.dim),
  ];
}

interface Place {
  readonly canvas: Canvas;
  readonly marks: PeakMarks;
  readonly style: Style;
  readonly rowOf: (ms: number) => number;
  readonly columnOf: (qps: number) => number;
  readonly qpsPerColumn: number;
}

function drawCurve({ middle, side }: DrawnSystem, of: 'p50' | 'tail', place: Place): void {
  const { canvas, marks, style, rowOf, qpsPerColumn } = place;
  for (const { column, low, high } of alongCurve(middle, `${of}Ms`, qpsPerColumn, canvas.columns))
    for (let row = Math.max(0, rowOf(high)); row <= rowOf(low); row++) {
      const isBoth = of === 'tail' && side === 'candidate' && canvas.at(row, column) === marks.tail.baseline;
      canvas.put(
        row,
        column,
        isBoth ? marks.tail.both : marks[of][side],
        of === 'p50' ? style.dim : undefined,
      );
    }
}

/** On the line of the bound, in the middle of its interval. */
function drawPeak({ middle, side }: DrawnSystem, place: Place): void {
  const { canvas, marks, style, rowOf, columnOf } = place;
  const { qps, lowQps, highQps, boundMs } = middle;
  const last = Math.min(columnOf(highQps), canvas.columns - 1);
  for (let column = columnOf(lowQps); column <= last; column++)
    canvas.put(rowOf(boundMs), column, marks.interval, style.bold);
  canvas.put(rowOf(boundMs), columnOf(qps), marks.peak[side], style.bold);
}

/** The axis with its ticks, and below it their rates. */
function rateAxis(
  rightQps: number,
  margin: number,
  columns: number,
  columnOf: (qps: number) => number,
  { axes }: PeakMarks,
): string[] {
  const canvas = new Canvas(2, columns);
  canvas.write(0, 0, axes.across.repeat(columns));
  for (const qps of ticksUpTo(rightQps)) {
    const label = String(qps);
    const start = columnOf(qps) - Math.floor(label.length / 2);
    if (qps > 0) canvas.put(0, columnOf(qps), axes.acrossTick);
    canvas.write(1, Math.min(start, columns - label.length), label);
  }
  const [line, labels] = canvas.lines();
  return [`${' '.repeat(margin + 1)}${axes.corner}${line}`, `${' '.repeat(margin + 2)}${labels}`];
}

/** Whose marks are whose, with the peaks; a line each, or two where one is too short. */
function keys({ systems, left }: PeakPicture, marks: PeakMarks, style: Style): string[] {
  const names = systems.map(({ name }) => name);
  const longest = Math.max(...names.map((name) => [...name].length));
  const isAlone = systems.length + left.length === 1;
  const parts = systems.map(({ middle, side, others }, i) => {
    const name = isAlone ? '' : `${names[i]}${' '.repeat(longest - [...names[i]!].length)}  `;
    const repeats = others.length > 0 ? `, middle of ${others.length + 1} runs` : '';
    return [
      `${name}${marks.tail[side]} ${percentileName(middle.percentile)}  ${marks.p50[side]} p50`,
      `${marks.peak[side]} peak ${peakFigures(middle)}${repeats}`,
    ] as const;
  });
  const fits = parts.every(([signs, figures]) => [...signs, ...figures].length + 2 <= WIDTH);
  return parts.flatMap(([signs, figures]) => {
    const peak = style.bold(figures);
    return fits ? [`${signs}  ${peak}`] : [signs, `  ${peak}`];
  });
}
