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

/** What both kinds of runs say under one name. */
function alike(
  name: string,
  meaning: string,
  value: (run: RunDocument | ResultRun, folder: string) => Value,
): SummaryColumn {
  return { name, meaning, value, ofLogs: value };
}

/** A figure of the result, and where a run that has only logs says it. */
function figure(
  name: string,
  meaning: string,
  of: (result: RunDocument['result']) => Value,
  ofLogs: (run: ResultRun) => Value,
): SummaryColumn {
  return { name, meaning, value: ({ result }) => of(result), ofLogs };
}

function percentile(name: string, of: 'p50' | 'p90' | 'p95' | 'p97' | 'p99' | 'p999'): SummaryColumn {
  return figure(
    name,
    'latency percentile, ms',
    ({ latencyMs }) => latencyMs[of],
    ({ latencyMs }) => latencyMs?.[of],
  );
}

function accuracy(name: string, meaning: string, of: 'metric' | 'value' | 'target'): SummaryColumn {
  return alike(name, meaning, (run) => run.accuracy?.[of]);
}

export const summaryColumns: readonly SummaryColumn[] = [
  alike('system', 'name of the system', (run) => run.system),
  alike('benchmark', 'benchmark with its quality target', (run) => run.benchmark),
  alike('scenario', orList(scenarios), (run) => run.scenario),
  figure(
    'result',
    'headline figure of the scenario',
    (result) => result.value,
    (run) => run.throughput?.value,
  ),
  figure(
    'unit',
    'unit of the result: samples/s or ms',
    (result) => result.unit,
    (run) => run.throughput?.unit,
  ),
  figure(
    'target_qps',
    'rate asked for, queries/s',
    (result) => result.targetQps,
    (run) => run.targetQps,
  ),
  percentile('p50_ms', 'p50'),
  percentile('p90_ms', 'p90'),
  percentile('p95_ms', 'p95'),
  percentile('p97_ms', 'p97'),
  percentile('p99_ms', 'p99'),
  percentile('p99_9_ms', 'p999'),
  figure(
    'bound_ms',
    'latency bound, ms',
    (result) => result.boundMs,
    (run) => run.boundMs,
  ),
  alike('validity', 'VALID, INVALID or ABORTED; DAMAGED where the run cannot be read', (run) =>
    run.outcome.kind.toUpperCase(),
  ),
  alike('reasons', 'why it is not VALID', reasonsOf),
  figure(
    'queries',
    'queries issued',
    (result) => result.queries,
    (run) => run.queries,
  ),
  figure(
    'samples',
    'samples completed',
    (result) => result.samples,
    (run) => run.samples,
  ),
  { name: 'failed', meaning: 'samples that failed', value: (run) => run.result.failed },
  figure(
    'duration_s',
    'measured duration, s',
    (result) => result.durationS,
    (run) => run.durationS,
  ),
  figure(
    'min_duration_s',
    'least duration asked for, s',
    (result) => result.minDurationS,
    (run) => run.minDurationS,
  ),
  { name: 'backend', meaning: 'backend and its version', value: backendOf },
  { name: 'device', meaning: 'devices, separated by spaces', value: (run) => run.sut.devices.join(' ') },
  { name: 'precision', meaning: 'fp32, fp16 or int8', value: (run) => run.sut.precision },
  { name: 'instances', meaning: 'instances of the model', value: (run) => run.sut.instances },
  { name: 'max_batch', meaning: 'largest batch, samples', value: (run) => run.sut.batchPolicy.maxBatch },
  alike('mode', 'PerformanceOnly or AccuracyOnly', (run) => run.mode),
  accuracy('accuracy_metric', 'what accuracy is measured in', 'metric'),
  accuracy('accuracy_value', 'accuracy reached', 'value'),
  accuracy('accuracy_target', 'accuracy asked for', 'target'),
  alike('run_folder', 'folder of the run, below the results folder', (_, folder) => folder),
  alike('started_at', 'start, ISO 8601, UTC', (run) => run.startedAt),
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
  alike('run', 'number of the run; none of an accuracy run', (_, folder) => runNumberOf(basename(folder))),
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
