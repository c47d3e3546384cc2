/** The peaks of one or two systems as pictures show them: which search is drawn, and how far the axes reach. */
import type { CurvePoint, Peak } from '../../results/document/peak.js';
import { shortened } from '../charts/shortened.js';

/** One system and what its searches found, at least one; of two systems the first is the baseline. */
export interface PeaksOf {
  readonly name: string;
  readonly peaks: readonly [Peak, ...Peak[]];
}

export interface DrawnSystem {
  readonly name: string;
  readonly side: 'baseline' | 'candidate';
  /** The search with the middle peak; of an even number of them the lower one in the middle. */
  readonly middle: Peak;
  /** The other searches that can be drawn. */
  readonly others: readonly Peak[];
}

export interface PeakPicture {
  readonly systems: readonly DrawnSystem[];
  /** Systems of which no search can be drawn, with their first one. */
  readonly left: readonly { readonly name: string; readonly peak: Peak }[];
  /** The rate at the right edge, queries/s; everything of interest is left of it. */
  readonly rightQps: number;
  /**
   * The latency at the upper edge, a multiple of half the highest bound. Beyond the peak latencies grow without end, so
   * that the rest is cut off.
   */
  readonly topMs: number;
  /** Steps of half the highest bound up to the edge: 3 where all curves end below it, else 4. */
  readonly halves: 3 | 4;
}

/** Most characters of a name. */
const NAME = 24;

/** Undefined where no system has a curve with a peak on it. */
export function pictureOf(given: readonly PeaksOf[]): PeakPicture | undefined {
  const systems: DrawnSystem[] = [];
  const left: { name: string; peak: Peak }[] = [];
  const names = namesOf(given);
  for (const [i, { peaks }] of given.entries()) {
    const [middle, ...others] = middleFirst(peaks.filter(isDrawable));
    const side = i === 0 && given.length > 1 ? 'baseline' : 'candidate';
    const name = names[i]!;
    if (middle) systems.push({ name, side, middle, others });
    else left.push({ name, peak: peaks[0] });
  }
  if (systems.length === 0) return undefined;
  const peaks = systems.map(({ middle }) => middle);
  const furthest = peaks.map(({ qps, highQps }) => (highQps >= qps ? Math.min(highQps, 1.5 * qps) : qps));
  const boundMs = Math.max(...peaks.map((peak) => peak.boundMs));
  const highest = Math.max(...peaks.flatMap((peak) => knownPoints(peak).map(({ tailMs }) => tailMs)));
  const halves = highest <= 1.5 * boundMs ? 3 : 4;
  return { systems, left, rightQps: 1.12 * Math.max(...furthest), topMs: (halves * boundMs) / 2, halves };
}

/** The search that stands for the system: the one that is drawn, or its first. */
export function searchOf({ peaks }: PeaksOf): Peak {
  return middleFirst(peaks.filter(isDrawable))[0] ?? peaks[0];
}

/** Names that fit a legend; where two then cannot be told apart, `baseline` and `candidate`. */
export function namesOf(given: readonly Pick<PeaksOf, 'name'>[]): string[] {
  const names = given.map(({ name }) => shortened(name, NAME));
  return names[0] === names[1] ? ['baseline', 'candidate'] : names;
}

/** The points of a curve at which both rate and latency are known, by rate. */
export function knownPoints({ curve }: Pick<Peak, 'curve'>): CurvePoint[] {
  return curve
    .filter(({ qps, tailMs }) => Number.isFinite(qps) && Number.isFinite(tailMs))
    .toSorted((a, b) => a.qps - b.qps);
}

function isDrawable(peak: Peak): boolean {
  const { kind, qps, boundMs } = peak;
  const known = Number.isFinite(qps) && qps > 0 && Number.isFinite(boundMs) && boundMs > 0;
  return kind === 'found' && known && knownPoints(peak).length > 1;
}

function middleFirst(peaks: readonly Peak[]): Peak[] {
  const sorted = peaks.toSorted((a, b) => a.qps - b.qps);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  return middle ? [middle, ...peaks.filter((peak) => peak !== middle)] : [];
}
