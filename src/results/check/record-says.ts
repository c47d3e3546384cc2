/** What `queries.arrow` says: LoadGen's rules applied once more to what was recorded, by the run's own settings. */
import { batchingStats } from '../../engine/batching/stats.js';
import { countRows, measuredFacts } from '../../engine/facts.js';
import { issueLateness } from '../../engine/issuer/lateness.js';
import {
  defaultSettings,
  type EffectiveSettings,
  effectiveSettings,
  type Summary,
  summarize,
} from '../../loadgen/index.js';
import { rules } from '../document/rule-reasons.js';
import type { RunDocument, StoredRecord } from '../types.js';
import { fact, latencyFacts, ofQueries, ruleFacts, settingFact } from './facts.js';
import { type Said, said, statement } from './statement.js';

/** A time in the record is whole, but a run may have computed with fractions of a nanosecond. */
const nanosecondsOff = 2;

/** Undefined where `run.json` lacks a setting that the rules need. */
export function recordSays(stored: StoredRecord, document: RunDocument): Map<string, Said> | undefined {
  const effective = settingsOf(document);
  if (!effective) return undefined;
  const { samplesPerQuery, rowCount } = stored;
  const record = {
    samplesPerQuery,
    rowCount,
    sample: stored.sample,
    scheduled: stored.scheduledNs,
    issued: stored.issuedNs,
    completed: stored.completedNs,
    failed: stored.failed,
    batch: stored.batch,
  };
  const queriesIssued = Math.floor(rowCount / samplesPerQuery);
  const counts = countRows({ record, queriesIssued });
  const measured = measuredFacts({ record, queriesIssued }, effective, counts);
  const summary = summarize({ ...measured, effective, sutName: '', warnings: [], errors: [] });
  const lateness = issueLateness(record, queriesIssued);
  const batching = numbersBatches(stored) ? batchingStats(record) : undefined;
  const { headline, rates } = summary;
  const durationS = measured.finalQueryAllSamplesDoneNs / 1e9;
  const performance = document.mode === 'PerformanceOnly';
  // Where nothing was completed there is no rate.
  const rate = (value: number | undefined) => (counts.completed > 0 ? said(value, 'samples/s') : undefined);
  const late = (ns: number | undefined) => said(ns, 'ns', nanosecondsOff);
  return statement([
    [fact.verdict, performance ? verdictOf(summary, counts.failed) : undefined],
    ...(performance ? ruleFacts((rule) => summary.constraints[rule]) : []),
    [fact.result, headline.unit === 'ns' ? inMs(headline.value) : rate(headline.value)],
    [fact.completed, rate(measured.sampleCount / durationS)],
    [fact.scheduled, rate(rates.scheduledSamplesPerSecond)],
    ...latenciesOf(summary),
    [fact.queries, said(queriesIssued)],
    [fact.samples, said(counts.completed)],
    [fact.failed, said(counts.failed)],
    [fact.duration, said(durationS, 's', nanosecondsOff / 1e9)],
    [fact.latenessP50, late(lateness?.p50Ns)],
    [fact.latenessP99, late(lateness?.p99Ns)],
    [fact.latenessMax, late(lateness?.maxNs)],
    [fact.batches, said(batching?.batches)],
    [fact.batchSize, said(batching?.meanSize, 'samples')],
    // In accuracy mode a query is a whole loadable set, whatever the setting.
    ...(performance ? [settingFact('samples_per_query', samplesPerQuery)] : []),
  ]);
}

function latenciesOf({ sampleLatency, queryLatency }: Summary) {
  const named = (stats: typeof sampleLatency, nameOf: (name: string) => string) => {
    const values = [stats.min, stats.max, stats.mean, ...stats.percentiles];
    return latencyFacts.map(({ name }, i) => [nameOf(name), inMs(values[i]!)] as const);
  };
  return [...named(sampleLatency, (name) => name), ...(queryLatency ? named(queryLatency, ofQueries) : [])];
}

function inMs(ns: number): Said {
  return { value: ns / 1e6, unit: 'ms', slack: nanosecondsOff / 1e6 };
}

/** A record can show that a run is INVALID; that it is VALID takes more than the record, such as no lost thread. */
function verdictOf({ constraints }: Summary, failed: number): Said | undefined {
  return failed > 0 || rules.some((rule) => constraints[rule] === false) ? { value: 'INVALID' } : undefined;
}

/** Only what the rules read is taken from the document; the rest is LoadGen's defaults. */
function settingsOf({
  scenario,
  mode,
  settings,
  result,
  dataset,
}: RunDocument): EffectiveSettings | undefined {
  const { target_latency_percentile, target_latency_ns, min_query_count } = settings;
  if (
    typeof target_latency_percentile !== 'number' ||
    typeof target_latency_ns !== 'number' ||
    typeof min_query_count !== 'number'
  )
    return undefined;
  return {
    ...effectiveSettings(defaultSettings(scenario, mode), dataset),
    targetLatencyPercentile: target_latency_percentile,
    targetLatencyNs: target_latency_ns,
    minQueryCount: min_query_count,
    minDurationNs: result.minDurationS * 1e9,
  };
}

/** Whether batches are numbered from 0 on, so that they can be counted in an array. */
function numbersBatches({ batch, completedNs, rowCount }: StoredRecord): boolean {
  for (let row = 0; row < rowCount; row++)
    if (!Number.isNaN(completedNs[row]) && batch[row]! > 2 * rowCount) return false;
  return true;
}
