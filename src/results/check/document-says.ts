/** What `run.json` says, fact by fact. */
import { ruleReasons } from '../document/rule-reasons.js';
import type { RunDocument } from '../types.js';
import { fact, latencyFacts, ruleFacts, settingFact, toSecond } from './facts.js';
import { type Said, said, sixDigits, statement } from './statement.js';

export function documentSays(document: RunDocument): Map<string, Said> {
  const { mode, result, lateness, batching, dataset } = document;
  return statement([
    [fact.scenario, said(document.scenario)],
    [fact.mode, said(mode)],
    [fact.verdict, said(mode === 'PerformanceOnly' ? verdictOf(document) : undefined)],
    ...rulesOf(document),
    [fact.result, said(result.value, result.unit)],
    [fact.completed, said(result.completedSamplesPerSecond, 'samples/s')],
    [fact.scheduled, said(result.scheduledSamplesPerSecond, 'samples/s')],
    ...latencyFacts.map(({ key, name }) => [name, said(result.latencyMs[key], 'ms')] as const),
    [fact.queries, said(result.queries)],
    [fact.samples, said(result.samples)],
    [fact.failed, said(result.failed)],
    [fact.duration, said(result.durationS, 's')],
    [fact.minDuration, said(result.minDurationS * 1e3, 'ms')],
    [fact.bound, said(result.boundMs, 'ms')],
    [fact.targetQps, said(result.targetQps, 'queries/s')],
    [fact.latenessP50, said(lateness?.p50Ns, 'ns')],
    [fact.latenessP99, said(lateness?.p99Ns, 'ns')],
    [fact.latenessMax, said(lateness?.maxNs, 'ns')],
    [fact.batches, said(batching?.batches)],
    [fact.batchSize, said(batching?.meanSize, 'samples')],
    [fact.totalSamples, said(dataset.totalSampleCount)],
    [fact.performanceSamples, said(dataset.performanceSampleCount)],
    [fact.startedAt, said(toSecond(document.startedAt))],
    [fact.accuracy, said(document.accuracy?.value)],
    ...Object.entries(document.settings).map(([key, value]) => settingFact(key, value)),
  ]);
}

/** What the settings in `run.json` say of the facts that stand elsewhere in it. */
export function settingsSay({ scenario, settings }: RunDocument): Map<string, Said> {
  const text = (key: string) => (typeof settings[key] === 'string' ? (settings[key] as string) : undefined);
  const number = (key: string) => (typeof settings[key] === 'number' ? (settings[key] as number) : undefined);
  const boundNs = scenario === 'Server' ? number('target_latency_ns') : undefined;
  const rated = scenario === 'Server' || scenario === 'Offline';
  const target = rated ? number('target_qps') : undefined;
  return statement([
    [fact.scenario, said(text('scenario'))],
    [fact.mode, said(text('test_mode'))],
    // The settings hold whole milliseconds.
    [fact.minDuration, said(number('min_duration_ms'), 'ms', 1)],
    [fact.bound, said(boundNs === undefined ? undefined : boundNs / 1e6, 'ms')],
    [fact.targetQps, said(target, 'queries/s', target === undefined ? 0 : sixDigits(target))],
  ]);
}

/** Where a run was stopped, LoadGen's rules may be met all the same, so its verdict says nothing. */
function verdictOf({ outcome }: RunDocument): 'VALID' | 'INVALID' | undefined {
  if (outcome.kind === 'aborted') return undefined;
  return outcome.kind === 'valid' ? 'VALID' : 'INVALID';
}

function rulesOf({ mode, outcome }: RunDocument) {
  if (mode !== 'PerformanceOnly' || outcome.kind === 'aborted') return [];
  const reasons = outcome.kind === 'valid' ? [] : outcome.reasons;
  return ruleFacts((rule) => !reasons.includes(ruleReasons[rule]));
}
