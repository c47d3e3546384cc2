/** What a difference in each known field means: its label, its severity and why it matters. */
import type { Severity } from '../types.js';

export interface FieldRule {
  readonly label: string;
  readonly severity: Severity;
  readonly note?: string;
}

interface Pattern extends FieldRule {
  readonly match: RegExp;
}

const virtualTopology = 'how the hypervisor presents its CPUs; compare the number of vCPUs and the host';

/** Fields of `baremark-fingerprint/1`; the first match counts. `#` in a label stands for the index of the GPU, or the backend. */
const fingerprint: readonly Pattern[] = [
  confounds(/^cpu\.model$/, 'CPU model', 'a different CPU feeds the accelerator at a different speed'),
  expected(/^cpu\.logicalCpus$/, 'logical CPUs (vCPUs)', 'what the VM was given'),
  confounds(/^cpu\.sockets$/, 'CPU sockets', virtualTopology),
  confounds(/^cpu\.physicalCores$/, 'CPU cores', virtualTopology),
  confounds(/^cpu\.smt$/, 'SMT', virtualTopology),
  confounds(/^cpu\.numaNodes$/, 'NUMA nodes', virtualTopology),
  confounds(/^cpu\.governor$/, 'CPU frequency governor', 'it determines how fast idle cores wake up'),
  confounds(/^memoryBytes$/, 'memory'),
  confounds(/^os\.name$/, 'operating system'),
  confounds(/^os\.kernel$/, 'kernel'),
  confounds(/^os\.architecture$/, 'architecture'),
  confounds(/^os\.clockSource$/, 'clock source', 'it changes how long reading the time takes'),
  expected(/^hypervisor\.name$/, 'hypervisor'),
  expected(/^hypervisor\./, 'evidence of the hypervisor'),
  confounds(/^container\.name$/, 'container'),
  confounds(/^container\.cpuLimit$/, 'container CPU limit', 'a quota throttles bursts'),
  confounds(/^container\.memoryLimitBytes$/, 'container memory limit'),
  expected(/^container\.cpuset$/, 'CPUs the process may use'),
  confounds(/^runtime\.node$/, 'Node.js'),
  confounds(/^runtime\./, 'runtime of #'),
  confounds(/^gpu\.driver$/, 'NVIDIA driver', 'guest and host drivers are numbered separately'),
  confounds(/^gpu\.cuda$/, 'CUDA'),
  confounds(/^gpu\.gpus$/, 'GPUs'),
  expected(
    /^gpu\.gpus\.\d+\.share\.profile$/,
    'GPU # share, profile',
    'how much of the card the VM was given',
  ),
  expected(/^gpu\.gpus\.\d+\.share\.description$/, 'GPU # share', 'how much of the card the VM was given'),
  expected(/^gpu\.gpus\.\d+\.share\.kind$/, 'GPU # share, kind'),
  expected(/^gpu\.gpus\.\d+\.share\.frameBufferMiB$/, 'GPU # share, frame buffer'),
  expected(/^gpu\.gpus\.\d+\.share\.memoryFraction$/, 'GPU # share of the memory'),
  expected(/^gpu\.gpus\.\d+\.share\.computeFraction$/, 'GPU # share of the compute'),
  expected(/^gpu\.gpus\.\d+\.share\.maxPerCard$/, 'GPU # share, most per card'),
  expected(/^gpu\.gpus\.\d+\.share\b/, 'GPU # share, evidence'),
  expected(/^gpu\.gpus\.\d+\.migDevices\b/, 'GPU # MIG devices'),
  expected(/^gpu\.gpus\.\d+\.(uuid|busId|index)$/, 'GPU # identity'),
  confounds(/^gpu\.gpus\.\d+\.model$/, 'GPU # model', 'a different card gives a different result'),
  expected(/^gpu\.gpus\.\d+\.memoryMiB$/, 'GPU # memory', 'a vGPU or MIG device shows only its share'),
  confounds(/^gpu\.gpus\.\d+\.ecc$/, 'GPU # ECC'),
  confounds(/^gpu\.gpus\.\d+\.powerLimitW$/, 'GPU # power limit'),
  confounds(/^gpu\.gpus\.\d+\.max(Sm|Memory)ClockMhz$/, 'GPU # highest clock'),
  expected(/^gpu\.gpus\.\d+\.(sm|memory)ClockMhz$/, 'GPU # clock at the start', 'it rises under load'),
  confounds(/^gpu\.gpus\.\d+\.(maxP|p)cieGeneration$/, 'GPU # PCIe generation'),
  confounds(/^gpu\.gpus\.\d+\.(maxP|p)cieWidth$/, 'GPU # PCIe width'),
];

/** MLPerf's fields of `systems/<system>.json`; the first match counts. */
const mlperf: readonly Pattern[] = [
  expected(/^(system_name|submitter|status|division|system_type)$/, '#'),
  expected(/^(sw_notes|hw_notes)$/, '#', 'may say what is virtualized'),
  confounds(/^host_processor_core_count$/, 'CPU cores', 'different hosts, or a VM that was given fewer'),
  confounds(/^host_memory_capacity$/, 'memory', 'different hosts, or a VM that was given less'),
  confounds(/^host_processor_model_name$/, 'CPU model'),
  confounds(/^host_processors_per_node$/, 'CPU sockets'),
  confounds(/^accelerator_model_name$/, 'accelerator', 'a different card gives a different result'),
  confounds(/^accelerators_per_node$/, 'accelerators', 'throughput grows with their number'),
  confounds(/^accelerator_memory_capacity$/, 'accelerator memory'),
  confounds(
    /^accelerator_memory_configuration$/,
    'accelerator memory type',
    'each card has one type, so this may be a different card',
  ),
  confounds(/^operating_system$/, 'operating system'),
  confounds(/^framework$/, 'framework'),
  confounds(/^other_software_stack$/, 'software (driver, CUDA, …)'),
  confounds(/./, '#'),
];

const tuning = 'tuning: the best value may differ between the systems';

/** Fields of a run beyond the system: what was run, on which data, with which settings. */
const run: readonly Pattern[] = [
  must(/^model\.sha256$/, 'model file (SHA-256)'),
  must(/^model\.weights$/, 'model weights'),
  must(/^model\.graph\./, 'graph option #'),
  must(/^dataset\.hash$/, 'data set (hash)'),
  must(/^sut\.precision$/, 'precision'),
  confounds(/^settings\.max_(duration_ms|query_count)$/, '#', 'a run that ends earlier says less'),
  confounds(/^settings\.max_async_queries$/, '#'),
  confounds(/^settings\.accuracy_log_/, '#', 'keeping answers takes time'),
  must(/^settings\./, '#'),
  must(/^peak\.boundMs$/, 'latency bound of the peak (ms)'),
  must(/^peak\.percentile$/, 'percentile of the peak'),
  expected(/^peak\.precision$/, 'precision asked of the peak', 'the interval says how sure each search is'),
  expected(/^peak\.budgetS$/, 'time given to find the peak (s)', 'the interval says how sure each search is'),
  confounds(/^sut\.options\./, 'backend option #', tuning),
  expected(
    /^sut\.environment\.CUDA_(VISIBLE_DEVICES|DEVICE_ORDER)$/,
    'environment variable #',
    'each system numbers its own devices',
  ),
  confounds(/^sut\.environment\./, 'environment variable #', 'the runtime may read it'),
  confounds(/^sut\.deviceCount$/, 'number of devices', 'throughput grows with it'),
  expected(/^sut\.devices$/, 'devices', 'each system numbers its own'),
  confounds(/^sut\.(instances|maxBatch|maxWaitMs)$/, '#', tuning),
  confounds(/^sut\.order$/, 'order of the samples', tuning),
  confounds(/^sut\.buckets$/, 'length buckets', tuning),
  confounds(/^sut\.pad$/, 'padding', 'padded tokens are computed for nothing'),
  confounds(/^sut\.warmup$/, 'warm-up batches', 'the first batches of a cold system are slower'),
  confounds(/^sut\.placement$/, 'nodes by execution provider'),
  confounds(/^sut\.nice$/, 'niceness of inference', 'without real-time priority inference steps back'),
  confounds(/^sut\.idleSpinNs$/, 'spinning of idle instances (ns)', 'it determines how fast they wake up'),
  confounds(/^sut\.waitMode$/, 'how the issuer waits', 'spinning takes a core'),
  expected(/^sut\.freeCores$/, 'cores free of inference', 'it follows from cores, instances and threads'),
  confounds(/^sut\./, '#'),
  confounds(/^versions\./, 'version of #'),
];

const rules = { fingerprint, mlperf, run } as const;

export type FieldSource = keyof typeof rules;

/** The rule for a field; a field without one may confound. */
export function ruleOf(source: FieldSource, field: string): FieldRule {
  const found = rules[source].find((rule) => rule.match.test(field));
  if (!found) return { label: field, severity: 'confounds' };
  return { ...found, label: found.label.replace('#', nameIn(source, field)) };
}

function nameIn(source: FieldSource, field: string): string {
  if (source === 'fingerprint') return /\.(\d+)\./.exec(field)?.[1] ?? field.replace(/^runtime\./, '');
  if (source === 'mlperf')
    return field.replace(/^sw_/, 'software_').replace(/^hw_/, 'hardware_').replaceAll('_', ' ');
  return field.replace(/^(settings|versions|sut\.options|sut\.environment|sut|model\.graph)\./, '');
}

function must(match: RegExp, label: string, note?: string): Pattern {
  return { match, label, severity: 'must match', note };
}

function confounds(match: RegExp, label: string, note?: string): Pattern {
  return { match, label, severity: 'confounds', note };
}

function expected(match: RegExp, label: string, note?: string): Pattern {
  return { match, label, severity: 'expected', note };
}
