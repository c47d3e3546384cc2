/** A comparison as CSV: one row per pair; the columns keep their names and order. */
import { known } from '../../base/measured.js';
import { csv } from '../../base/text/csv.js';
import { isKnownDifference } from '../../compare/differences/differences.js';
import { verdictText } from '../../compare/sentence.js';
import type { Comparison, Difference, Interval, PairComparison } from '../../compare/types.js';
import { measuredText } from '../text/numbers.js';

interface Row {
  readonly baselineSystem: string;
  readonly candidateSystem: string;
  readonly marginPercent: number;
  readonly differences: readonly Difference[];
  readonly pair: PairComparison;
}

type Column = readonly [name: string, value: (row: Row) => string | number | undefined];

/**
 * The columns in order, with what they hold. An empty cell means that the value is not known. Rates are in samples/s,
 * headlines of streams in ms (`unit`); a ratio is relative to the baseline, below 1 is slower; shares are fractions of 1.
 */
const columns: readonly Column[] = [
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
  ['interval_note', ({ pair }) => noteOf(pair.interval)],
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
  ['tail_percentile', ({ pair }) => pair.tails?.percentile],
  ['baseline_tail_ms', ({ pair }) => pair.baseline.tail?.ms],
  ['baseline_tail_low_ms', ({ pair }) => pair.baseline.tail?.lowMs],
  ['baseline_tail_high_ms', ({ pair }) => pair.baseline.tail?.highMs],
  ['candidate_tail_ms', ({ pair }) => pair.candidate.tail?.ms],
  ['candidate_tail_low_ms', ({ pair }) => pair.candidate.tail?.lowMs],
  ['candidate_tail_high_ms', ({ pair }) => pair.candidate.tail?.highMs],
  ...ratioColumns('tail', ({ tails }) => tails),
  ['baseline_peak_qps', ({ pair }) => pair.peaks?.ownPeak.baseline.qps],
  ['baseline_peak_low_qps', ({ pair }) => pair.peaks?.ownPeak.baseline.lowQps],
  ['baseline_peak_high_qps', ({ pair }) => pair.peaks?.ownPeak.baseline.highQps],
  ['candidate_peak_qps', ({ pair }) => pair.peaks?.ownPeak.candidate.qps],
  ['candidate_peak_low_qps', ({ pair }) => pair.peaks?.ownPeak.candidate.lowQps],
  ['candidate_peak_high_qps', ({ pair }) => pair.peaks?.ownPeak.candidate.highQps],
  ['same_rate_qps', ({ pair }) => pair.peaks?.sameRate.qps],
  ['same_rate_baseline_ms', (row) => sameRate(row)?.baseline.ms],
  ['same_rate_baseline_low_ms', (row) => sameRate(row)?.baseline.lowMs],
  ['same_rate_baseline_high_ms', (row) => sameRate(row)?.baseline.highMs],
  ['same_rate_candidate_ms', (row) => sameRate(row)?.candidate.ms],
  ['same_rate_candidate_low_ms', (row) => sameRate(row)?.candidate.lowMs],
  ['same_rate_candidate_high_ms', (row) => sameRate(row)?.candidate.highMs],
  ...ratioColumns('same_rate', (pair) => sameRate({ pair })),
  ['same_rate_verdict', (row) => sameRate(row)?.verdict.kind],
  ['same_rate_note', ({ pair }) => sameRateNote(pair)],
];

/** A ratio with its interval, or why it has none. */
function ratioColumns(
  name: string,
  of: (pair: PairComparison) => { readonly ratio: number; readonly interval: Interval } | undefined,
): readonly Column[] {
  const limit = (pair: PairComparison, end: 'low' | 'high') => {
    const interval = of(pair)?.interval;
    return interval && interval.kind !== 'none' ? interval[end] : undefined;
  };
  return [
    [`${name}_ratio`, ({ pair }) => of(pair)?.ratio],
    [`${name}_ratio_low`, ({ pair }) => limit(pair, 'low')],
    [`${name}_ratio_high`, ({ pair }) => limit(pair, 'high')],
    [`${name}_interval_kind`, ({ pair }) => of(pair)?.interval.kind],
    [`${name}_interval_note`, ({ pair }) => noteOf(of(pair)?.interval)],
  ];
}

function noteOf(interval: Interval | undefined): string | undefined {
  return interval && (interval.kind === 'none' ? interval.why : interval.method);
}

function sameRate({ pair }: Pick<Row, 'pair'>) {
  const found = pair.peaks?.sameRate;
  return found?.kind === 'compared' ? found : undefined;
}

function sameRateNote({ peaks }: PairComparison): string | undefined {
  if (!peaks) return undefined;
  return peaks.sameRate.kind === 'none' ? peaks.sameRate.why : verdictText(peaks.sameRate.verdict);
}

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
