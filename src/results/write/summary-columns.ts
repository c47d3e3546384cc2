/**
 * The columns of tables with one row per run: `summary.csv`, and the first ones of `report --csv`. Names and order are
 * stable: new ones are added at the end.
 */
import { basename } from 'node:path/posix';
import { known } from '../../base/measured.js';
import { orList } from '../../base/suggest.js';
import { scenarios } from '../../loadgen/settings/settings.js';
import { runNumberOf } from '../layout.js';
import type { ResultRun, RunDocument } from '../types.js';

interface SummaryColumn {
  readonly name: string;
  readonly meaning: string;
  /** `folder`: that of the run, below the results folder and with forward slashes. */
  readonly value: (run: RunDocument, folder: string) => Value;
  /** Of a run that has only LoadGen's logs; absent where those do not say it. */
  readonly ofLogs?: (run: ResultRun, folder: string) => Value;
}

type Value = string | number | undefined;

export const summaryColumns: readonly SummaryColumn[] = [
  { name: 'system', meaning: 'name of the system', value: (run) => run.system, ofLogs: (run) => run.system },
  {
    name: 'benchmark',
    meaning: 'benchmark with its quality target',
    value: (run) => run.benchmark,
    ofLogs: (run) => run.benchmark,
  },
  {
    name: 'scenario',
    meaning: orList(scenarios),
    value: (run) => run.scenario,
    ofLogs: (run) => run.scenario,
  },
  {
    name: 'result',
    meaning: 'headline figure of the scenario',
    value: (run) => run.result.value,
    ofLogs: (run) => run.throughput?.value,
  },
  {
    name: 'unit',
    meaning: 'unit of the result: samples/s or ms',
    value: (run) => run.result.unit,
    ofLogs: (run) => run.throughput?.unit,
  },
  {
    name: 'target_qps',
    meaning: 'rate asked for, queries/s',
    value: (run) => run.result.targetQps,
    ofLogs: (run) => run.targetQps,
  },
  {
    name: 'p50_ms',
    meaning: 'latency percentile, ms',
    value: (run) => run.result.latencyMs.p50,
    ofLogs: (run) => run.latencyMs?.p50,
  },
  {
    name: 'p90_ms',
    meaning: 'latency percentile, ms',
    value: (run) => run.result.latencyMs.p90,
    ofLogs: (run) => run.latencyMs?.p90,
  },
  {
    name: 'p95_ms',
    meaning: 'latency percentile, ms',
    value: (run) => run.result.latencyMs.p95,
    ofLogs: (run) => run.latencyMs?.p95,
  },
  {
    name: 'p97_ms',
    meaning: 'latency percentile, ms',
    value: (run) => run.result.latencyMs.p97,
    ofLogs: (run) => run.latencyMs?.p97,
  },
  {
    name: 'p99_ms',
    meaning: 'latency percentile, ms',
    value: (run) => run.result.latencyMs.p99,
    ofLogs: (run) => run.latencyMs?.p99,
  },
  {
    name: 'p99_9_ms',
    meaning: 'latency percentile, ms',
    value: (run) => run.result.latencyMs.p999,
    ofLogs: (run) => run.latencyMs?.p999,
  },
  {
    name: 'bound_ms',
    meaning: 'latency bound, ms',
    value: (run) => run.result.boundMs,
    ofLogs: (run) => run.boundMs,
  },
  {
    name: 'validity',
    meaning: 'VALID, INVALID or ABORTED; DAMAGED where the run cannot be read',
    value: (run) => run.outcome.kind.toUpperCase(),
    ofLogs: (run) => run.outcome.kind.toUpperCase(),
  },
  { name: 'reasons', meaning: 'why it is not VALID', value: reasonsOf, ofLogs: reasonsOf },
  {
    name: 'queries',
    meaning: 'queries issued',
    value: (run) => run.result.queries,
    ofLogs: (run) => run.queries,
  },
  {
    name: 'samples',
    meaning: 'samples completed',
    value: (run) => run.result.samples,
    ofLogs: (run) => run.samples,
  },
  { name: 'failed', meaning: 'samples that failed', value: (run) => run.result.failed },
  {
    name: 'duration_s',
    meaning: 'measured duration, s',
    value: (run) => run.result.durationS,
    ofLogs: (run) => run.durationS,
  },
  {
    name: 'min_duration_s',
    meaning: 'least duration asked for, s',
    value: (run) => run.result.minDurationS,
    ofLogs: (run) => run.minDurationS,
  },
  { name: 'backend', meaning: 'backend and its version', value: backendOf },
  { name: 'device', meaning: 'devices, separated by spaces', value: (run) => run.sut.devices.join(' ') },
  { name: 'precision', meaning: 'fp32, fp16 or int8', value: (run) => run.sut.precision },
  { name: 'instances', meaning: 'instances of the model', value: (run) => run.sut.instances },
  { name: 'max_batch', meaning: 'largest batch, samples', value: (run) => run.sut.batchPolicy.maxBatch },
  {
    name: 'mode',
    meaning: 'PerformanceOnly or AccuracyOnly',
    value: (run) => run.mode,
    ofLogs: (run) => run.mode,
  },
  {
    name: 'accuracy_metric',
    meaning: 'what accuracy is measured in',
    value: (run) => run.accuracy?.metric,
    ofLogs: (run) => run.accuracy?.metric,
  },
  {
    name: 'accuracy_value',
    meaning: 'accuracy reached',
    value: (run) => run.accuracy?.value,
    ofLogs: (run) => run.accuracy?.value,
  },
  {
    name: 'accuracy_target',
    meaning: 'accuracy asked for',
    value: (run) => run.accuracy?.target,
    ofLogs: (run) => run.accuracy?.target,
  },
  {
    name: 'run_folder',
    meaning: 'folder of the run, below the results folder',
    value: (_, folder) => folder,
    ofLogs: (_, folder) => folder,
  },
  {
    name: 'started_at',
    meaning: 'start, ISO 8601, UTC',
    value: (run) => run.startedAt,
    ofLogs: (run) => run.startedAt,
  },
  { name: 'model', meaning: 'name of the model', value: (run) => run.model.name },
  { name: 'weights', meaning: 'where the weights come from', value: (run) => run.model.weights },
  { name: 'dataset', meaning: 'name of the data set', value: (run) => run.dataset.name },
  { name: 'warnings', meaning: 'what the run warns of', value: warningsOf },
  {
    name: 'peak_qps',
    meaning: 'highest rate that holds, queries/s; 0 where none does',
    value: (run) => run.result.peak?.qps,
  },
  {
    name: 'peak_low_qps',
    meaning: 'lower end of its 95% interval, queries/s',
    value: (run) => run.result.peak?.lowQps,
  },
  {
    name: 'peak_high_qps',
    meaning: 'upper end of its 95% interval, queries/s',
    value: (run) => run.result.peak?.highQps,
  },
  {
    name: 'peak_ended',
    meaning: 'why the search ended: precise, budget or stopped',
    value: (run) => run.result.peak?.ended,
  },
  { name: 'peak_probes', meaning: 'probes of the search', value: (run) => run.result.peak?.probes.length },
  {
    name: 'peak_search_s',
    meaning: 'time of the search without the full run, s',
    value: (run) => run.result.peak?.searchS,
  },
  { name: 'run', meaning: 'number of the run; none of an accuracy run', value: numberOf, ofLogs: numberOf },
  {
    name: 'hypervisor',
    meaning: 'none on bare metal, or its name as systemd writes it; empty where it is not known',
    value: (run) => run.fingerprint && known(run.fingerprint.hypervisor.name),
  },
  { name: 'gpu', meaning: 'models of the GPUs that the machine has, each once', value: gpusOf },
  {
    name: 'driver',
    meaning: 'version of the NVIDIA driver',
    value: (run) => run.fingerprint && known(run.fingerprint.gpu.driver),
  },
];

function numberOf(_: unknown, folder: string): number | undefined {
  return runNumberOf(basename(folder));
}

function gpusOf({ fingerprint }: RunDocument): string | undefined {
  const gpus = fingerprint && known(fingerprint.gpu.gpus);
  return gpus && [...new Set(gpus.flatMap(({ model }) => known(model) ?? []))].join('; ');
}

function reasonsOf(run: Pick<RunDocument, 'outcome'>): string {
  return run.outcome.kind === 'valid' ? '' : run.outcome.reasons.join('; ');
}

function warningsOf(run: RunDocument): string {
  return run.warnings.map(({ message }) => message).join('; ');
}

function backendOf(run: RunDocument): string {
  return `${run.sut.backend} ${run.sut.backendVersion}`.trim();
}
