/**
 * Two systems, or the runs of two sides, field by field: what differs between the sides or among the runs of one, how
 * much it matters, and what was not recorded.
 */
import type { ResultRun, SystemDescription } from '../../results/types.js';
import type { Difference, Property, Severity, SystemRuns } from '../types.js';
import { variesWithin } from '../words.js';
import { flatten, type Properties } from './flatten.js';
import { type FieldSource, ruleOf } from './rules.js';
import { describedRun, peakPrefix } from './run-properties.js';
import { type Described, fieldOf, type SideField, textOf } from './side.js';

const order: readonly Severity[] = ['must match', 'confounds', 'expected'];

/** The systems side by side: the fingerprints of their runs where both have some, else MLPerf's descriptions. */
export function systemProperties(baseline: SystemRuns, candidate: SystemRuns): Property[] {
  const fingerprints = [fingerprintsOf(baseline), fingerprintsOf(candidate)] as const;
  const [a, b] = fingerprints;
  if (a.length && b.length) return markVirtual(properties('fingerprint', a, b));
  if (baseline.description || candidate.description)
    return properties('mlperf', [described(baseline.description)], [described(candidate.description)]);
  return a.length || b.length ? properties('fingerprint', orNothing(a), orNothing(b)) : [];
}

/** What differs between the runs of one pair, or among those of one side, beyond the systems. */
export function runDifferences(
  baseline: readonly ResultRun[],
  candidate: readonly ResultRun[],
): Difference[] {
  const searched = [...baseline, ...candidate].every((run) => run.document?.result.peak);
  const all = properties('run', baseline.map(describedRun), candidate.map(describedRun));
  return differencesOf(searched ? all : all.filter(({ field }) => !field.startsWith(peakPrefix)));
}

/** Only what differs or could not be compared, worst first. */
export function differencesOf(all: readonly Property[]): Difference[] {
  const differing = all.filter((property): property is Difference => property.severity !== undefined);
  return differing.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

/** Whether two known values really differ, between the sides or among the runs of one. */
export function isKnownDifference({ baseline, candidate, within }: Difference): boolean {
  return ('value' in baseline && 'value' in candidate) || within !== undefined;
}

function properties(
  source: FieldSource,
  baseline: readonly Described[],
  candidate: readonly Described[],
): Property[] {
  const all = [...baseline, ...candidate].flatMap(({ fields }) => [...fields.keys()]);
  const fields = [...new Set(all)].filter((field) => field !== 'schema');
  return fields.map((field) => {
    const [a, b] = [fieldOf(baseline, field), fieldOf(candidate, field)];
    const rule = ruleOf(source, field);
    const differs = new Set([...a.values.keys(), ...b.values.keys()]).size > 1;
    const sides = { baseline: textOf(a, differs), candidate: textOf(b, differs) };
    return { field, label: rule.label, ...sides, ...judge(a, b, differs, rule) };
  });
}

function judge(
  a: SideField,
  b: SideField,
  differs: boolean,
  { severity, note }: { readonly severity: Severity; readonly note?: string },
): Pick<Property, 'severity' | 'note' | 'within'> {
  const unchecked = (where: string) => ({ severity, note: `unknown ${where}: could not be checked` });
  if (differs) {
    const within = variation(a, b);
    if (!within) return { severity, note };
    return { severity, note: [variesWithin(within), note].filter(Boolean).join('; '), within };
  }
  const [noneOfA, noneOfB] = [a.values.size === 0, b.values.size === 0];
  // What is unknown on both sides matters only where it decides whether the runs may be compared at all.
  if (noneOfA && noneOfB) return severity === 'must match' ? unchecked('on both sides') : {};
  if (noneOfA || noneOfB) return unchecked('on one side');
  return a.unknown.length + b.unknown.length > 0 ? unchecked('in some runs') : {};
}

function variation(a: SideField, b: SideField): Difference['within'] {
  const [inA, inB] = [a.values.size > 1, b.values.size > 1];
  if (inA && inB) return 'both sides';
  if (inA) return 'the baseline';
  return inB ? 'the candidate' : undefined;
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

const notRecorded = () => ({ unavailable: 'it was not recorded' });

function fingerprintsOf({ runs }: SystemRuns): Described[] {
  return runs.flatMap((run) => {
    const fingerprint = run.document?.fingerprint;
    return fingerprint ? { run, fields: flatten(fingerprint), absent: notRecorded } : [];
  });
}

/** A side of which nothing is known still has one description, with nothing in it. */
function orNothing(side: readonly Described[]): readonly Described[] {
  return side.length ? side : [{ fields: new Map(), absent: notRecorded }];
}

function described(description: SystemDescription | undefined): Described {
  const entries = Object.entries(description ?? {});
  const fields: Properties = new Map(
    entries.map(([field, value]) => {
      const text = String(value).trim();
      return [field, text === '' ? { unavailable: 'the description leaves it empty' } : { value: text }];
    }),
  );
  return { fields, absent: notRecorded };
}
