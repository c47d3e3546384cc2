/** What a run was told, field by field, to be compared: the model, the data, the system under test, LoadGen's settings. */
import type { Measured } from '../../base/measured.js';
import type { ResultRun, RunDocument } from '../../results/types.js';
import type { Described } from './side.js';

/**
 * Effective settings that change what is measured; requested rates, and sizes that follow from them, do not. What only
 * decides which answers are kept, such as `accuracy_log_rng_seed`, is not among them either.
 */
export const comparedSettings = [
  'qsl_rng_seed',
  'sample_index_rng_seed',
  'schedule_rng_seed',
  'target_latency_ns',
  'target_latency_percentile',
  'min_duration_ms',
  'max_duration_ms',
  'min_query_count',
  'max_query_count',
  'max_async_queries',
  'performance_sample_count',
  'performance_issue_unique',
  'performance_issue_same',
  'performance_issue_same_index',
  'sample_concatenate_permutation',
  'server_coalesce_queries',
  'accuracy_log_probability',
  'accuracy_log_sampling_target',
] as const;

/** Of the search for a run's peak; they say something only where all runs have one. */
export const peakPrefix = 'peak.';
const optionPrefix = 'sut.options.';
const environmentPrefix = 'sut.environment.';

export function describedRun(run: ResultRun): Described {
  const { document } = run;
  const why = document ? 'it was not recorded' : 'MLPerf logs do not contain it';
  const fields = new Map<string, Measured<string>>();
  const known = (field: string, value: unknown) =>
    fields.set(field, value === undefined ? { unavailable: why } : { value: String(value) });
  const all = {
    ...modelFields(document),
    ...(document && sutFields(document)),
    ...settingsOf(run),
    ...prefixed(peakPrefix, peakFields(document)),
  };
  for (const [field, value] of Object.entries(all)) known(field, value);
  if (document) placementOf(document, fields);
  return {
    run,
    fields,
    absent: (field) => (isComplete(document, field) ? { value: 'not set' } : { unavailable: why }),
  };
}

/** Whether the field is one of those that a document has all of, so that what it lacks was not set. */
function isComplete(document: RunDocument | undefined, field: string): boolean {
  if (field.startsWith(environmentPrefix)) return document?.sut.environment !== undefined;
  return document !== undefined && field.startsWith(optionPrefix);
}

function modelFields(document: RunDocument | undefined) {
  return {
    'model.sha256': document?.model.sha256,
    'model.weights': document?.model.weights,
    ...prefixed('model.graph.', document?.model.graph ?? {}),
    'dataset.hash': document?.dataset.hash,
    'sut.precision': document?.sut.precision,
  };
}

function sutFields({ sut, versions, lateness }: RunDocument): Record<string, unknown> {
  const { maxBatch, maxWaitNs, order, buckets, padding } = sut.batchPolicy;
  const fixed = padding?.pad === 'max' ? `max (${padding.maxLength} tokens)` : padding?.pad;
  // The backend's own version stands among `versions`, too.
  const { [sut.backend]: _, ...others } = versions;
  return {
    'sut.backend': sut.backend,
    'sut.backendVersion': sut.backendVersion,
    'sut.provider': sut.provider,
    'sut.deviceCount': sut.devices.length,
    'sut.devices': sut.devices.join(', '),
    'sut.instances': sut.instances,
    'sut.maxBatch': maxBatch,
    // Only Server holds samples back: elsewhere there is no wait to compare.
    ...(maxWaitNs !== undefined && { 'sut.maxWaitMs': maxWaitNs / 1e6 }),
    'sut.order': order,
    'sut.buckets': buckets && (buckets.join(', ') || 'none'),
    'sut.pad': fixed,
    'sut.warmup': sut.warmup,
    'sut.freeCores': sut.freeCores,
    'sut.nice': sut.nice,
    'sut.idleSpinNs': sut.idleSpinNs,
    'sut.waitMode': lateness?.waitMode,
    ...prefixed(optionPrefix, sut.options),
    ...prefixed(environmentPrefix, sut.environment ?? {}),
    ...prefixed('versions.', others),
  };
}

/** Bound and percentile are what was searched for; precision and time only decide how sure the search is in the end. */
function peakFields(document: RunDocument | undefined): Record<string, unknown> {
  const peak = document?.result.peak;
  if (!peak) return {};
  const { boundMs, percentile, precision, budgetS } = peak;
  return { boundMs, percentile, precision: `${+(precision * 100).toFixed(4)}%`, budgetS };
}

function prefixed(prefix: string, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}${name}`, textOf(value)]),
  );
}

/** Objects as JSON, which `String` would not tell apart. */
function textOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

/** How many nodes of the model each execution provider runs, where the backend tells. */
function placementOf({ sut: { placement } }: RunDocument, fields: Map<string, Measured<string>>): void {
  if (!placement) return;
  const nodes = 'nodes' in placement ? Object.entries(placement.nodes) : [];
  const value = nodes.map(([provider, count]) => `${provider} ${count}`).join(', ');
  fields.set('sut.placement', 'nodes' in placement ? { value } : { unavailable: placement.unavailable });
}

function settingsOf({ scenario, settings: { effective, requested } }: ResultRun): Record<string, unknown> {
  const values: Record<string, unknown> = Object.fromEntries(
    comparedSettings.map((name) => [name, effective[name] ?? requested[name]]),
  );
  // Offline's effective count is that of its one query; how many samples it must have at least is the requested one.
  if (scenario === 'Offline')
    values.min_query_count = requested.min_query_count ?? effective.requested_min_query_count;
  if (scenario === 'MultiStream') values.samples_per_query = effective.samples_per_query;
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return prefixed('settings.', Object.fromEntries(given));
}
