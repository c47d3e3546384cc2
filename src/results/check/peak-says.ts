/** What a peak says of the run that was made at it, and where a peak contradicts itself or the record of its run. */
import type { Peak } from '../document/peak.js';
import { files } from '../layout.js';
import type { RunDocument, StoredRecord } from '../types.js';
import { fact, latencyFacts, settingFact } from './facts.js';
import { type Said, said, statement } from './statement.js';

/** A peak of a run that came to its end; one that was stopped says nothing of what it measured last. */
export function peakSays({ result, outcome }: RunDocument): Map<string, Said> | undefined {
  const { peak } = result;
  if (!peak) return undefined;
  const { finals, lone, kind, boundMs, percentile } = peak;
  const ended = outcome.kind !== 'aborted';
  const last = ended ? finals.at(-1) : undefined;
  const alone = ended && kind === 'none holds' ? lone : undefined;
  return statement([
    [fact.bound, said(boundMs, 'ms')],
    settingFact('target_latency_percentile', percentile),
    [fact.targetQps, said(last?.targetQps, 'queries/s')],
    [fact.verdict, said(last && (last.outcome === 'valid' ? 'VALID' : 'INVALID'))],
    ...latencyAt(percentile, last?.tailMs ?? alone?.tailMs),
    ...(percentile === 0.5 ? [] : latencyAt(0.5, alone?.p50Ms)),
  ]);
}

/** Where it is a percentile that the files name. */
function latencyAt(percentile: number, ms: number | undefined) {
  const named = latencyFacts.find(({ logged }) => Math.abs(Number(logged) - 100 * percentile) < 1e-9);
  return named ? [[named.name, said(ms, 'ms')] as const] : [];
}

/** One sentence for each thing that cannot be. */
export function peakFaults(document: RunDocument, record: StoredRecord | undefined): string[] {
  const { result, outcome } = document;
  const { peak } = result;
  if (!peak) return [];
  return [
    intervalFault(peak),
    finalsFault(peak),
    noRunFault(peak, outcome.kind),
    timeFault(peak),
    outcome.kind === 'aborted' ? undefined : scheduleFault(peak, record),
  ].filter((fault) => fault !== undefined);
}

function intervalFault({ kind, qps, lowQps, highQps, lone, boundMs }: Peak): string | undefined {
  if (kind === 'found' && !(lowQps >= 0 && lowQps <= qps && qps <= highQps && qps > 0))
    return `The peak in ${files.run} is ${rate(qps)}, which is not in its interval from ${rate(lowQps)} to ${rate(highQps)}.`;
  if (kind === 'none holds' && (qps !== 0 || lowQps !== 0 || highQps !== 0))
    return `The peak in ${files.run} is ${rate(qps)}, but no rate is said to hold.`;
  if (kind === 'none holds' && lone.tailMs <= boundMs)
    return `No rate is said to hold in ${files.run}, but a query alone took ${lone.tailMs} ms, which is within the bound of ${boundMs} ms.`;
  return undefined;
}

/** They begin within the interval and go down from there, each because the one before was INVALID. */
function finalsFault({ kind, highQps, finals }: Peak): string | undefined {
  const [first] = finals;
  if (!first) return undefined;
  if (kind !== 'found' || first.targetQps > highQps)
    return `The first full run in ${files.run} was at ${rate(first.targetQps)}, above what the search found.`;
  const wrong = finals.findIndex(
    ({ targetQps, outcome }, i) =>
      i < finals.length - 1 && (outcome !== 'invalid' || finals[i + 1]!.targetQps >= targetQps),
  );
  return wrong < 0
    ? undefined
    : `Full run ${wrong + 2} in ${files.run} does not follow from the one before: only an INVALID run is followed, by one at a lower rate.`;
}

function noRunFault({ kind, finals }: Peak, outcome: RunDocument['outcome']['kind']): string | undefined {
  if (outcome === 'aborted' || (kind === 'found' ? finals.length > 0 : outcome !== 'valid')) return undefined;
  return kind === 'found'
    ? `The peak in ${files.run} has no full run.`
    : `The run in ${files.run} is VALID, but its search found no rate.`;
}

/** Rounding of so many sums. */
const rounding = 1e-6;

function timeFault({ probes, searchS }: Peak): string | undefined {
  const probedS = probes.reduce((sum, { durationS }) => sum + durationS, 0);
  if (probedS <= searchS * (1 + rounding)) return undefined;
  return `The probes in ${files.run} took ${probedS.toFixed(1)} s together, longer than the search with ${searchS.toFixed(1)} s.`;
}

/** The mean of n exponential gaps lies within so many of its standard deviations, 1 / √n, for any seed. */
const deviations = 6;

/** The queries of a run at 200 queries/s are due 200 times a second, whatever is written beside them. */
function scheduleFault({ finals }: Peak, record: StoredRecord | undefined): string | undefined {
  const last = finals.at(-1);
  if (!last || !record || record.scheduledNs.length < 2) return undefined;
  const { scheduledNs } = record;
  const gaps = scheduledNs.length - 1;
  const due = gaps / (scheduledNs[gaps]! / 1e9);
  if (Math.abs(last.targetQps / due - 1) <= deviations / Math.sqrt(gaps)) return undefined;
  return `The queries in ${files.record} were due at ${rate(due)}, but the full run in ${files.run} was at ${rate(last.targetQps)}.`;
}

function rate(qps: number): string {
  return `${+qps.toPrecision(7)} queries/s`;
}
