/** What a search for the peak found, in words: every report says it the same way. */
import { percentileName } from '../../compare/server-words.js';
import type { Peak } from '../../results/document/peak.js';
import { figure, outcomeText } from '../text/numbers.js';
import type { PeakPicture } from './systems.js';

/** `bound: 99% within 130 ms`. */
export function boundWords({ percentile, boundMs }: Pick<Peak, 'percentile' | 'boundMs'>): string {
  return `bound: ${percent(percentile)}% within ${figure(boundMs)} ms`;
}

/** `1003 queries/s, 95% interval 993 to 1013`, of a peak that was found. */
export function peakFigures({ qps, lowQps, highQps }: Pick<Peak, 'qps' | 'lowQps' | 'highQps'>): string {
  const known = Number.isFinite(lowQps) && Number.isFinite(highQps);
  const interval = known ? `, 95% interval ${figure(lowQps)} to ${figure(highQps)}` : '';
  return `${figure(qps)} queries/s${interval}`;
}

/** The finding in a sentence or two. */
export function peakSentence(peak: Peak): string {
  const { kind, ended, boundMs, lone, percentile } = peak;
  if (kind === 'none holds')
    return (
      `No rate holds: a query alone takes ${figure(lone.tailMs)} ms at ${percentileName(percentile)}` +
      `${timesText(lone.tailMs / boundMs)} the bound of ${figure(boundMs)} ms.`
    );
  if (kind === 'not found')
    return ended === 'budget'
      ? `No peak was found: the time of the search (${secondsText(peak.budgetS)}) was up before it knew a rate.`
      : 'No peak was found: the search was stopped before it knew a rate.';
  const found = `Peak ${peakFigures(peak)}; ${percent(percentile)}% of latencies within ${figure(boundMs)} ms.`;
  if (ended === 'precise') return found;
  const why =
    ended === 'budget' ? `The time of the search (${secondsText(peak.budgetS)}) was up` : 'It was stopped';
  return `${found} ${why} before the interval was as narrow as ±${percent(peak.precision)}%.`;
}

/** What became of the runs of full length; absent where there are none. */
export function finalsSentence({ finals }: Pick<Peak, 'finals'>): string | undefined {
  const last = finals.at(-1);
  if (!last) return undefined;
  const text = `The full run at ${figure(last.targetQps)} queries/s is ${outcomeText({ kind: last.outcome })}`;
  const [first, ...others] = finals.slice(0, -1).map(({ targetQps }) => figure(targetQps));
  if (first === undefined) return `${text}.`;
  const before = others.length === 0 ? `one at ${first} was` : `${1 + others.length} from ${first} down were`;
  return `${text}; before it, ${before} INVALID.`;
}

/** How to read the picture. */
export function pictureNote({ systems, topMs }: PeakPicture): string {
  const names = [...new Set(systems.map(({ middle }) => percentileName(middle.percentile)))].join(' and ');
  const repeats = systems.some(({ others }) => others.length > 0)
    ? ` Of several runs the one with the middle peak is drawn, and of the others ${names} faintly.`
    : '';
  return (
    `Curves: ${names} with a 95% interval, and p50 below.${repeats} Diamonds: the peaks with their 95% intervals. ` +
    'Circles, triangles and squares: probes, with what each tells by itself. ' +
    `Latencies above ${figure(topMs)} ms are cut off; probes above stand on the edge.`
  );
}

function timesText(times: number): string {
  return Number.isFinite(times) ? `, ${figure(times)} times` : ', more than';
}

function secondsText(seconds: number): string {
  return seconds >= 120 ? `${figure(seconds / 60)} min` : `${figure(seconds)} s`;
}

function percent(share: number): string {
  return figure(+(share * 100).toFixed(4));
}
