/** Lines of progress of a peak search: the bracket that closes while probes run, each probe, what was found, each full run. */
import { percentileName } from '../../compare/server-words.js';
import { outcomeText } from '../../report/text/numbers.js';
import { burstQps } from '../../results/document/peak.js';
import type {
  ChoiceMade,
  ChoiceTried,
  PeakFinal,
  PeakFound,
  PeakProbed,
  Searching,
} from '../../run/peak/events.js';
import { significant } from '../progress-line.js';

/** The rewritten line; shorter words where it would be longer than this. */
export function searchingLine(place: string, event: Searching, width: number): string {
  const { number, targetQps, elapsedS, budgetS } = event;
  const probe = `probe ${number + 1} ${rateText(targetQps)}`;
  const [now, most] = [Math.round(elapsedS), Math.round(budgetS)];
  const long = `${place}: ${peakText(event, ' queries/s')} · ${probe} · ${now} s of ${most} s`;
  if (long.length <= width) return long;
  return `${place}: ${peakText(event, '/s')} · ${probe} · ${now}/${most} s`;
}

/** The line of a probe that has ended, where lines are not rewritten. */
export function probeLine(place: string, { number, progress, boundMs, percentile }: PeakProbed): string {
  const { probe } = progress;
  const verdict = { holds: 'holds', misses: 'misses', open: 'undecided' }[probe.verdict];
  const latency = `${percentileName(percentile)} ${significant(probe.tailMs)} of ${significant(boundMs)} ms`;
  const ended = probe.ended === 'over-saturated' ? ', ended early' : '';
  const known = peakText(progress, ' queries/s');
  return `${place}: probe ${number + 1} ${rateText(probe.targetQps, ' queries/s')}: ${latency}, ${verdict}${ended}; ${known}`;
}

export function foundLine(place: string, { finding }: PeakFound): string {
  const { kind, ended, searchS, probes, lone, boundMs, percentile } = finding;
  const effort = `${probes.length} probe${probes.length === 1 ? '' : 's'} in ${Math.round(searchS)} s`;
  if (kind === 'none holds')
    return `${place}: no rate holds, a query alone takes ${significant(lone.tailMs)} of ${significant(boundMs)} ms at ${percentileName(percentile)}`;
  if (kind === 'not found') return `${place}: no peak found, ${effort}`;
  const why = ended === 'budget' ? ', time is up' : '';
  return `${place}: ${peakText(finding, ' queries/s')}, ${effort}${why}`;
}

/** The line of a full run that missed the bound. */
export function finalLine(place: string, { final, nextQps, boundMs, percentile }: PeakFinal): string {
  const { targetQps, tailMs, outcome } = final;
  const latency = `${percentileName(percentile)} ${significant(tailMs)} of ${significant(boundMs)} ms`;
  const next = nextQps === undefined ? '' : `; next at ${significant(nextQps)}`;
  return `${place}: full run at ${significant(targetQps)} queries/s: ${outcomeText({ kind: outcome })}, ${latency}${next}`;
}

/** The line of a batch and instances that were tried. */
export function triedLine(place: string, { tried }: ChoiceTried): string {
  const figure =
    'latencyMs' in tried
      ? `${significant(tried.latencyMs)} ms`
      : `${significant(tried.samplesPerSecond)} samples/s`;
  return `${place}: tried ${choiceText(tried)}: ${figure}`;
}

export function choiceLine(place: string, choice: ChoiceMade): string {
  return `${place}: best with ${choiceText(choice)}`;
}

function choiceText({ instances, maxBatch }: Pick<ChoiceMade, 'instances' | 'maxBatch'>): string {
  return `${instances} instance${instances === 1 ? '' : 's'}, batch ${maxBatch}`;
}

/** `peak 212 (205–219) queries/s`, as far as it is known; `peak 200–230 queries/s` where only probes tell. */
function peakText(
  { qps, lowQps, highQps }: { readonly qps?: number; readonly lowQps?: number; readonly highQps?: number },
  unit: string,
): string {
  const ends = endsText(lowQps, highQps);
  if (qps !== undefined && Number.isFinite(qps))
    return `peak ${significant(qps)}${ends === undefined ? '' : ` (${ends})`}${unit}`;
  return ends === undefined ? 'peak not known yet' : `peak ${ends}${unit}`;
}

function endsText(low = Number.NaN, high = Number.NaN): string | undefined {
  if (Number.isFinite(low) && Number.isFinite(high)) return `${significant(low)}–${significant(high)}`;
  if (Number.isFinite(low)) return `over ${significant(low)}`;
  return Number.isFinite(high) ? `under ${significant(high)}` : undefined;
}

function rateText(qps: number, unit = ''): string {
  return qps >= burstQps ? 'all at once' : `at ${significant(qps)}${unit}`;
}
