/** Two systems, or two runs, field by field: what differs, how much it matters, and what was not recorded. */
import type { Measured } from '../../base/measured.js';
import type { ResultRun, SystemDescription } from '../../results/types.js';
import type { Difference, Property, Severity, SystemRuns } from '../types.js';
import { flatten, type Properties } from './flatten.js';
import { type FieldSource, ruleOf } from './rules.js';

const order: readonly Severity[] = ['must match', 'confounds', 'expected'];

/** Settings that change what is measured; requested rates, and sizes that follow from them, do not. */
const settingsThatMatch = [
  'qsl_rng_seed',
  'sample_index_rng_seed',
  'schedule_rng_seed',
  'target_latency_ns',
  'target_latency_percentile',
  'min_duration_ms',
  'min_query_count',
  'performance_sample_count',
  'performance_issue_unique',
  'performance_issue_same',
  'server_coalesce_queries',
] as const;

/** The systems side by side: their fingerprints where both runs carry one, else MLPerf's descriptions. */
export function systemProperties(baseline: SystemRuns, candidate: SystemRuns): Property[] {
  const fingerprints = [fingerprintOf(baseline), fingerprintOf(candidate)] as const;
  if (fingerprints[0] && fingerprints[1])
    return markVirtual(properties('fingerprint', flatten(fingerprints[0]), flatten(fingerprints[1])));
  if (baseline.description || candidate.description)
    return properties('mlperf', described(baseline.description), described(candidate.description));
  return fingerprints[0] || fingerprints[1]
    ? properties('fingerprint', flatten(fingerprints[0]), flatten(fingerprints[1]))
    : [];
}

/** What differs between the runs of one pair, beyond the systems; the first run of each side represents it. */
export function runDifferences(baseline: ResultRun, candidate: ResultRun): Difference[] {
  return differencesOf(properties('run', runProperties(baseline), runProperties(candidate)));
}

/** Only what differs or could not be compared, worst first. */
export function differencesOf(all: readonly Property[]): Difference[] {
  const differing = all.filter((property): property is Difference => property.severity !== undefined);
  return differing.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

/** Whether both sides are known, and so really differ. */
export function isKnownDifference(difference: Difference): boolean {
  return 'value' in difference.baseline && 'value' in difference.candidate;
}

function properties(source: FieldSource, baseline: Properties, candidate: Properties): Property[] {
  const fields = [...new Set([...baseline.keys(), ...candidate.keys()])].filter(
    (field) => field !== 'schema',
  );
  return fields.map((field) => {
    const absent = { unavailable: 'it was not recorded' };
    const a = baseline.get(field) ?? absent;
    const b = candidate.get(field) ?? absent;
    const rule = ruleOf(source, field);
    const { severity, note } = judge(a, b, rule.severity, rule.note);
    return { field, label: rule.label, baseline: a, candidate: b, severity, note };
  });
}

function judge(
  a: Measured<string>,
  b: Measured<string>,
  severity: Severity,
  note: string | undefined,
): { severity?: Severity; note?: string } {
  if ('value' in a && 'value' in b) return a.value === b.value ? {} : { severity, note };
  if ('value' in a || 'value' in b) return { severity, note: 'unknown on one side: could not be checked' };
  // What is unknown on both sides matters only where it decides whether the runs may be compared at all.
  return severity === 'must match' ? { severity, note: 'unknown on both sides: could not be checked' } : {};
}

/** In a VM the hypervisor makes up the topology of the CPU, so a difference there is expected. */
function markVirtual(all: Property[]): Property[] {
  const hypervisor = all.find((property) => property.field === 'hypervisor.name');
  const virtual = [hypervisor?.baseline, hypervisor?.candidate].some(
    (side) => side && 'value' in side && side.value !== 'none',
  );
  if (!virtual)
    return all.map((p) =>
      p.field === 'cpu.logicalCpus' && p.severity ? { ...p, severity: 'confounds' } : p,
    );
  const topology = /^cpu\.(sockets|physicalCores|smt|numaNodes)$/;
  return all.map((p) => (topology.test(p.field) && p.severity ? { ...p, severity: 'expected' } : p));
}

function fingerprintOf(system: SystemRuns): unknown {
  return system.runs.find((run) => run.document?.fingerprint)?.document?.fingerprint;
}

function described(description: SystemDescription | undefined): Properties {
  const entries = Object.entries(description ?? {});
  return new Map(
    entries.map(([field, value]) => {
      const text = String(value).trim();
      return [field, text === '' ? { unavailable: 'the description leaves it empty' } : { value: text }];
    }),
  );
}

function runProperties(run: ResultRun): Properties {
  const { document } = run;
  const out = new Map<string, Measured<string>>();
  const known = (field: string, value: unknown, why: string) =>
    out.set(field, value === undefined ? { unavailable: why } : { value: String(value) });
  const published = 'MLPerf logs do not contain it';
  const why = document ? 'it was not recorded' : published;
  known('model.sha256', document?.model.sha256, why);
  known('model.weights', document?.model.weights, why);
  known('dataset.hash', document?.dataset.hash, why);
  known('sut.precision', document?.sut.precision, why);
  if (document) {
    const { backend, backendVersion, provider, instances, batchPolicy } = document.sut;
    const { maxBatch, maxWaitNs } = batchPolicy;
    for (const [field, value] of Object.entries({
      backend,
      backendVersion,
      provider,
      instances,
      maxBatch,
      // Only Server holds samples back: elsewhere there is no wait to compare.
      ...(maxWaitNs !== undefined && { maxWaitMs: maxWaitNs / 1e6 }),
    }))
      known(`sut.${field}`, value, why);
    for (const [name, version] of Object.entries(document.versions)) known(`versions.${name}`, version, why);
  }
  for (const field of settingsThatMatch) {
    const value = run.settings.effective[field] ?? run.settings.requested[field];
    if (value !== undefined) known(`settings.${field}`, value, why);
  }
  return out;
}
