/** One system's runs as CSV. */
import { csv } from '../../base/text/csv.js';
import type { ResultRun, ResultSystem } from '../../results/types.js';
import { peakOf } from '../peak/of-runs.js';
import { outcomeReasons, outcomeText } from '../text/numbers.js';

/**
 * One row per run; an empty cell means that the value is not known. `value` is in `unit` (samples/s, or ms for the
 * stream scenarios); the unit of times is in the column's name.
 */
export function runsCsv(system: ResultSystem): string {
  const columns: readonly (readonly [string, (run: ResultRun) => string | number | undefined])[] = [
    ['system', (run) => run.system],
    ['benchmark', (run) => run.benchmark],
    ['scenario', (run) => run.scenario],
    ['mode', (run) => run.mode],
    ['run', (run) => run.runNumber],
    ['outcome', (run) => outcomeText(run.outcome)],
    ['reasons', (run) => outcomeReasons(run.outcome).join('; ')],
    ['figure', (run) => run.throughput?.figure],
    ['value', (run) => run.throughput?.value],
    ['unit', (run) => run.throughput?.unit],
    ['target_qps', (run) => run.targetQps],
    ['p50_ms', (run) => run.latencyMs?.p50],
    ['p90_ms', (run) => run.latencyMs?.p90],
    ['p95_ms', (run) => run.latencyMs?.p95],
    ['p97_ms', (run) => run.latencyMs?.p97],
    ['p99_ms', (run) => run.latencyMs?.p99],
    ['p999_ms', (run) => run.latencyMs?.p999],
    ['bound_ms', (run) => run.boundMs],
    ['bound_share', (run) => run.boundShare],
    ['queries', (run) => run.queries],
    ['samples', (run) => run.samples],
    ['duration_s', (run) => run.durationS],
    ['min_duration_s', (run) => run.minDurationS],
    ['started_at', (run) => run.startedAt],
    ['accuracy_metric', (run) => run.accuracy?.metric],
    ['accuracy', (run) => run.accuracy?.value],
    ['path', (run) => run.path],
    ['warnings', (run) => run.document?.warnings.map(({ message }) => message).join('; ')],
    ['tokens_per_second', (run) => run.tokens?.perSecond],
    ['ttft_p99_ms', (run) => run.tokens?.ttftMs?.p99],
    ['ttft_bound_ms', (run) => run.tokens?.ttftBoundMs],
    ['tpot_p99_ms', (run) => run.tokens?.tpotMs?.p99],
    ['tpot_bound_ms', (run) => run.tokens?.tpotBoundMs],
    ['disagreements', (run) => run.disagreements?.join(' ')],
    ['peak_qps', (run) => peakOf(run)?.qps],
    ['peak_low_qps', (run) => peakOf(run)?.lowQps],
    ['peak_high_qps', (run) => peakOf(run)?.highQps],
  ];
  return csv(
    columns.map(([name]) => name),
    system.runs.map((run) => columns.map(([, value]) => value(run))),
  );
}
