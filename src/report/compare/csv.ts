/** A comparison as CSV: one row per pair; the columns keep their names and order. */
import { known } from '../../base/measured.js';
import { csv } from '../../base/text/csv.js';
import { isKnownDifference } from '../../compare/differences/differences.js';
import { verdictText } from '../../compare/sentence.js';
import type { Comparison, Difference, PairComparison } from '../../compare/types.js';
import { measuredText } from '../text/numbers.js';

interface Row {
  readonly baselineSystem: string;
  readonly candidateSystem: string;
  readonly marginPercent: number;
  readonly differences: readonly Difference[];
  readonly pair: PairComparison;
}

type Value = string | number | undefined;

/**
 * The columns in order, with what they hold. An empty cell means that the value is not known. Rates are in samples/s,
 * headlines of streams in ms (`unit`); a ratio is relative to the baseline, below 1 is slower; shares are fractions of 1.
 */
const columns: readonly (readonly [name: string, value: (row: Row) => Value])[] = [
  ['baseline_system', (row) => row.baselineSystem],
  ['candidate_system', (row) => row.candidateSystem],
  ['benchmark', ({ pair }) => pair.benchmark],
  ['scenario', ({ pair }) => pair.scenario],
  ['figure', ({ pair }) => pair.baseline.figure],
  ['unit', ({ pair }) => pair.baseline.unit],
  ['baseline_value', ({ pair }) => pair.baseline.value],
  ['candidate_value', ({ pair }) => pair.candidate.value],
  ['baseline_runs', ({ pair }) => pair.baseline.runs.length],
  ['candidate_runs', ({ pair }) => pair.candidate.runs.length],
  ['ratio', ({ pair }) => pair.ratio],
  ['interval_kind', ({ pair }) => pair.interval.kind],
  ['interval_low', ({ pair }) => (pair.interval.kind === 'none' ? undefined : pair.interval.low)],
  ['interval_high', ({ pair }) => (pair.interval.kind === 'none' ? undefined : pair.interval.high)],
  ['interval_note', ({ pair }) => (pair.interval.kind === 'none' ? pair.interval.why : pair.interval.method)],
  ['rates', ({ pair }) => pair.rates],
  ['margin_percent', (row) => row.marginPercent],
  ['verdict', ({ pair }) => pair.verdict.kind],
  ['verdict_text', ({ pair }) => verdictText(pair.verdict)],
  ['baseline_outcome', ({ pair }) => pair.baseline.outcome.kind.toUpperCase()],
  ['candidate_outcome', ({ pair }) => pair.candidate.outcome.kind.toUpperCase()],
  ['baseline_p99_ms', ({ pair }) => pair.baseline.p99Ms],
  ['candidate_p99_ms', ({ pair }) => pair.candidate.p99Ms],
  ['bound_ms', ({ pair }) => pair.baseline.boundMs],
  ['baseline_bound_share', ({ pair }) => pair.baseline.boundShare],
  ['candidate_bound_share', ({ pair }) => pair.candidate.boundShare],
  ['baseline_target_qps', ({ pair }) => pair.baseline.targetQps],
  ['candidate_target_qps', ({ pair }) => pair.candidate.targetQps],
  ['baseline_cpu_cores', ({ pair }) => known(pair.baseline.cpuCores)],
  ['candidate_cpu_cores', ({ pair }) => known(pair.candidate.cpuCores)],
  ['baseline_energy_per_sample_j', ({ pair }) => known(pair.baseline.energyPerSampleJ)],
  ['candidate_energy_per_sample_j', ({ pair }) => known(pair.candidate.energyPerSampleJ)],
  ['must_match', (row) => labels(row, 'must match')],
  ['confounds', (row) => labels(row, 'confounds')],
  ['published_lowest', ({ pair }) => pair.published?.lowest],
  ['published_highest', ({ pair }) => pair.published?.highest],
  ['notes', ({ pair }) => pair.notes.join(' ')],
  ['expected', (row) => labels(row, 'expected')],
  ['not_checked', (row) => listed(row, (difference) => !isKnownDifference(difference), labelOf)],
  ['differences', (row) => listed(row, () => true, inFull)],
];

/** A header, then one row per pair; texts that a spreadsheet would run as a formula are escaped. */
export function compareCsv(comparison: Comparison): string {
  const rows = comparison.candidates.flatMap((candidate) =>
    candidate.pairs.map((pair) => ({
      baselineSystem: comparison.baseline,
      candidateSystem: candidate.name,
      marginPercent: +(comparison.margin * 100).toFixed(6),
      differences: [...pair.differences, ...candidate.differences],
      pair,
    })),
  );
  return csv(
    columns.map(([name]) => name),
    rows.map((row) => columns.map(([, value]) => value(row))),
  );
}

function labels(row: Row, severity: Difference['severity']): string {
  return listed(row, (one) => one.severity === severity && isKnownDifference(one), labelOf);
}

function listed(
  { differences }: Row,
  which: (difference: Difference) => boolean,
  text: (difference: Difference) => string,
): string {
  return differences.filter(which).map(text).join('; ');
}

function labelOf({ label }: Difference): string {
  return label;
}

/** `confounds: memory: 512 GiB → 64 GiB`. */
function inFull({ severity, label, baseline, candidate }: Difference): string {
  return `${severity}: ${label}: ${measuredText(baseline)} → ${measuredText(candidate)}`;
}
