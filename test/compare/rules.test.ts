/** What a difference in each field means, and that a rule is about the fields it names and no others. */
import { describe, expect, it } from 'vitest';
import { flatten } from '../../src/compare/differences/flatten.js';
import { type FieldSource, ruleOf } from '../../src/compare/differences/rules.js';
import type { Severity } from '../../src/compare/types.js';

type Row = readonly [field: string, label: string, severity: Severity, note?: string];

const topology = 'how the hypervisor presents its CPUs; compare the number of vCPUs and the host';
const share = 'how much of the card the VM was given';
const fingerprint: readonly Row[] = [
  ['cpu.model', 'CPU model', 'confounds', 'a different CPU feeds the accelerator at a different speed'],
  ['cpu.logicalCpus', 'logical CPUs (vCPUs)', 'expected', 'what the VM was given'],
  ['cpu.sockets', 'CPU sockets', 'confounds', topology],
  ['cpu.physicalCores', 'CPU cores', 'confounds', topology],
  ['cpu.smt', 'SMT', 'confounds', topology],
  ['cpu.numaNodes', 'NUMA nodes', 'confounds', topology],
  ['cpu.governor', 'CPU frequency governor', 'confounds', 'it determines how fast idle cores wake up'],
  ['memoryBytes', 'memory', 'confounds'],
  ['os.name', 'operating system', 'confounds'],
  ['os.kernel', 'kernel', 'confounds'],
  ['os.architecture', 'architecture', 'confounds'],
  ['os.clockSource', 'clock source', 'confounds', 'it changes how long reading the time takes'],
  ['hypervisor.name', 'hypervisor', 'expected'],
  ['container.name', 'container', 'confounds'],
  ['container.cpuLimit', 'container CPU limit', 'confounds', 'a quota throttles bursts'],
  ['container.memoryLimitBytes', 'container memory limit', 'confounds'],
  ['container.cpuset', 'CPUs the process may use', 'expected'],
  ['runtime.node', 'Node.js', 'confounds'],
  ['gpu.driver', 'NVIDIA driver', 'confounds', 'guest and host drivers are numbered separately'],
  ['gpu.cuda', 'CUDA', 'confounds'],
  ['gpu.gpus', 'GPUs', 'confounds'],
  ['gpu.gpus.12.share.profile', 'GPU 12 share, profile', 'expected', share],
  ['gpu.gpus.0.share.description', 'GPU 0 share', 'expected', share],
  ['gpu.gpus.12.share.kind', 'GPU 12 share, kind', 'expected'],
  ['gpu.gpus.12.share.frameBufferMiB', 'GPU 12 share, frame buffer', 'expected'],
  ['gpu.gpus.12.share.memoryFraction', 'GPU 12 share of the memory', 'expected'],
  ['gpu.gpus.12.share.computeFraction', 'GPU 12 share of the compute', 'expected'],
  ['gpu.gpus.12.share.maxPerCard', 'GPU 12 share, most per card', 'expected'],
  ['gpu.gpus.12.uuid', 'GPU 12 identity', 'expected'],
  ['gpu.gpus.12.busId', 'GPU 12 identity', 'expected'],
  ['gpu.gpus.12.index', 'GPU 12 identity', 'expected'],
  ['gpu.gpus.12.model', 'GPU 12 model', 'confounds', 'a different card gives a different result'],
  ['gpu.gpus.12.memoryMiB', 'GPU 12 memory', 'expected', 'a vGPU or MIG device shows only its share'],
  ['gpu.gpus.12.ecc', 'GPU 12 ECC', 'confounds'],
  ['gpu.gpus.12.powerLimitW', 'GPU 12 power limit', 'confounds'],
  ['gpu.gpus.12.maxSmClockMhz', 'GPU 12 highest clock', 'confounds'],
  ['gpu.gpus.12.maxMemoryClockMhz', 'GPU 12 highest clock', 'confounds'],
  ['gpu.gpus.12.smClockMhz', 'GPU 12 clock at the start', 'expected', 'it rises under load'],
  ['gpu.gpus.12.memoryClockMhz', 'GPU 12 clock at the start', 'expected', 'it rises under load'],
  ['gpu.gpus.12.pcieGeneration', 'GPU 12 PCIe generation', 'confounds'],
  ['gpu.gpus.12.maxPcieGeneration', 'GPU 12 PCIe generation', 'confounds'],
  ['gpu.gpus.12.pcieWidth', 'GPU 12 PCIe width', 'confounds'],
  ['gpu.gpus.12.maxPcieWidth', 'GPU 12 PCIe width', 'confounds'],
];
/** Rules for whatever begins so. */
const fingerprintPrefixes: readonly Row[] = [
  ['hypervisor.evidence', 'evidence of the hypervisor', 'expected'],
  ['runtime.onnxruntime', 'runtime of onnxruntime', 'confounds'],
  ['gpu.gpus.12.share.evidence', 'GPU 12 share, evidence', 'expected'],
  ['gpu.gpus.12.share', 'GPU 12 share, evidence', 'expected'],
  ['gpu.gpus.12.migDevices.0.profile', 'GPU 12 MIG devices', 'expected'],
];

const mlperf: readonly Row[] = [
  ['system_name', 'system name', 'expected'],
  ['submitter', 'submitter', 'expected'],
  ['status', 'status', 'expected'],
  ['division', 'division', 'expected'],
  ['system_type', 'system type', 'expected'],
  ['sw_notes', 'software notes', 'expected', 'may say what is virtualized'],
  ['hw_notes', 'hardware notes', 'expected', 'may say what is virtualized'],
  ['host_processor_core_count', 'CPU cores', 'confounds', 'different hosts, or a VM that was given fewer'],
  ['host_memory_capacity', 'memory', 'confounds', 'different hosts, or a VM that was given less'],
  ['host_processor_model_name', 'CPU model', 'confounds'],
  ['host_processors_per_node', 'CPU sockets', 'confounds'],
  ['accelerator_model_name', 'accelerator', 'confounds', 'a different card gives a different result'],
  ['accelerators_per_node', 'accelerators', 'confounds', 'throughput grows with their number'],
  ['accelerator_memory_capacity', 'accelerator memory', 'confounds'],
  [
    'accelerator_memory_configuration',
    'accelerator memory type',
    'confounds',
    'each card has one type, so this may be a different card',
  ],
  ['operating_system', 'operating system', 'confounds'],
  ['framework', 'framework', 'confounds'],
  ['other_software_stack', 'software (driver, CUDA, …)', 'confounds'],
];
const mlperfOthers: readonly Row[] = [
  ['host_storage_type', 'host storage type', 'confounds'],
  ['cooling_sw_hw', 'cooling sw hw', 'confounds'],
];

const tuning = 'tuning: the best value may differ between the systems';
const run: readonly Row[] = [
  ['model.sha256', 'model file (SHA-256)', 'must match'],
  ['model.weights', 'model weights', 'must match'],
  ['dataset.hash', 'data set (hash)', 'must match'],
  ['sut.precision', 'precision', 'must match'],
  ['sut.deviceCount', 'number of devices', 'confounds', 'throughput grows with it'],
  ['sut.devices', 'devices', 'expected', 'each system numbers its own'],
  ['sut.order', 'order of the samples', 'confounds', tuning],
  ['sut.buckets', 'length buckets', 'confounds', tuning],
  ['sut.pad', 'padding', 'confounds', 'padded tokens are computed for nothing'],
  ['sut.warmup', 'warm-up batches', 'confounds', 'the first batches of a cold system are slower'],
  ['sut.placement', 'nodes by execution provider', 'confounds'],
  ['sut.nice', 'niceness of inference', 'confounds', 'without real-time priority inference steps back'],
  ['sut.idleSpinNs', 'spinning of idle instances (ns)', 'confounds', 'it determines how fast they wake up'],
  ['sut.waitMode', 'how the issuer waits', 'confounds', 'spinning takes a core'],
  ['sut.freeCores', 'cores free of inference', 'expected', 'it follows from cores, instances and threads'],
];
const runPrefixes: readonly Row[] = [
  ['model.graph.fused', 'graph option fused', 'must match'],
  ['settings.max_duration_ms', 'max_duration_ms', 'confounds', 'a run that ends earlier says less'],
  ['settings.max_query_count', 'max_query_count', 'confounds', 'a run that ends earlier says less'],
  ['settings.max_async_queries', 'max_async_queries', 'confounds'],
  [
    'settings.accuracy_log_probability',
    'accuracy_log_probability',
    'confounds',
    'keeping answers takes time',
  ],
  ['settings.qsl_rng_seed', 'qsl_rng_seed', 'must match'],
  // Rules of settings are about their whole names.
  ['settings.max_duration_ms_2', 'max_duration_ms_2', 'must match'],
  ['settings.max_async_queries_2', 'max_async_queries_2', 'must match'],
  ['sut.options.intraOpNumThreads', 'backend option intraOpNumThreads', 'confounds', tuning],
  [
    'sut.environment.CUDA_VISIBLE_DEVICES',
    'environment variable CUDA_VISIBLE_DEVICES',
    'expected',
    'each system numbers its own devices',
  ],
  [
    'sut.environment.CUDA_VISIBLE_DEVICES_2',
    'environment variable CUDA_VISIBLE_DEVICES_2',
    'confounds',
    'the runtime may read it',
  ],
  ['sut.instances', 'instances', 'confounds', tuning],
  ['sut.maxBatch', 'maxBatch', 'confounds', tuning],
  ['sut.maxWaitMs', 'maxWaitMs', 'confounds', tuning],
  ['sut.maxBatches', 'maxBatches', 'confounds'],
  ['sut.backend', 'backend', 'confounds'],
  ['versions.node', 'version of node', 'confounds'],
];

const all: readonly (readonly [FieldSource, Row])[] = [
  ...[...fingerprint, ...fingerprintPrefixes].map((row) => ['fingerprint', row] as const),
  ...[...mlperf, ...mlperfOthers].map((row) => ['mlperf', row] as const),
  ...[...run, ...runPrefixes].map((row) => ['run', row] as const),
];

describe('what a difference means', () => {
  for (const [source, [field, label, severity, note]] of all)
    it(`of ${source} ${field}`, () => {
      const rule = ruleOf(source, field);
      expect([rule.label, rule.severity, rule.note]).toEqual([label, severity, note]);
    });

  it('is unknown, and so may confound, where a field has no rule', () => {
    for (const source of ['fingerprint', 'run'] as const)
      expect(ruleOf(source, 'other.field')).toEqual({ label: 'other.field', severity: 'confounds' });
  });
});

describe('a rule', () => {
  const labelOf = (source: FieldSource, field: string) => ruleOf(source, field).label;

  it('is about no field that only ends as its own does', () => {
    for (const [source, [field, label]] of all) expect(labelOf(source, `x.${field}`)).not.toBe(label);
  });

  it('is about no field that only begins as its own does', () => {
    const whole = { fingerprint, mlperf, run };
    for (const source of ['fingerprint', 'mlperf', 'run'] as const)
      for (const [field, label] of whole[source]) expect(labelOf(source, `${field}X`)).not.toBe(label);
  });

  it('names nothing but whole parts', () => {
    expect(labelOf('fingerprint', 'gpu.gpus.0.shareable')).toBe('gpu.gpus.0.shareable');
    expect(labelOf('fingerprint', 'gpu.gpus.0.migDevicesX')).toBe('gpu.gpus.0.migDevicesX');
    expect(labelOf('fingerprint', 'gpu.gpus.x.model')).toBe('gpu.gpus.x.model');
    expect(labelOf('mlperf', 'other_sw_notes')).toBe('other sw notes');
    expect(labelOf('run', 'versions.settings.x')).toBe('version of settings.x');
  });
});

describe('values of a fingerprint', () => {
  const textOf = (field: string, value: unknown) => flatten({ [field]: value }).get(field);

  it.each([
    ['memoryBytes', 3 * 2 ** 30, '3 GiB'],
    ['memoryBytes', 1.25 * 2 ** 30, '1.3 GiB'],
    ['memoryMiB', 40960, '40960 MiB'],
    ['smClockMhz', 1410, '1410 MHz'],
    ['powerLimitW', 250, '250 W'],
    ['memoryFraction', 0.125, '12.5%'],
    ['memoryFraction', 1 / 3, '33.3%'],
    ['cores', 64, '64'],
    ['smt', true, 'true'],
    ['memoryBytes', 'plenty', 'plenty'],
  ])('%s of %s have their unit', (field, value, text) =>
    expect(textOf(field, value)).toEqual({ value: text }),
  );

  it('are nothing where there is none', () => {
    expect([...flatten({ a: undefined, b: null, c: { value: null } })]).toEqual([]);
  });

  it('are opened where they are objects, and are a reason only where it is a text', () => {
    expect([...flatten({ a: { unavailable: 3 }, b: { value: 1, unit: 'x' }, c: [{ d: 1 }, 2] })]).toEqual([
      ['a.unavailable', { value: '3' }],
      ['b.value', { value: '1' }],
      ['b.unit', { value: 'x' }],
      ['c.0.d', { value: '1' }],
      ['c.1', { value: '2' }],
    ]);
  });

  it('are in lower case only in names of runtimes', () => {
    expect([...flatten({ runtime: { onnxRuntime: 'a' }, other: { onnxRuntime: 'b' } }).keys()]).toEqual([
      'runtime.onnxruntime',
      'other.onnxRuntime',
    ]);
  });
});
