/** What is compared of a run, and how the runs of a side are named where they differ. */
import { describe, expect, it } from 'vitest';
import {
  differencesOf,
  isKnownDifference,
  runDifferences,
  systemProperties,
} from '../../src/compare/differences/differences.js';
import { runNames } from '../../src/compare/differences/run-names.js';
import { comparedSettings, describedRun } from '../../src/compare/differences/run-properties.js';
import type { SystemRuns } from '../../src/compare/types.js';
import type { ResultRun, RunDocument } from '../../src/results/types.js';
import type { Fingerprint } from '../../src/system/types.js';
import { ourRun, publishedRun } from './make-run.js';

const numbered = (...numbers: number[]) => numbers.map((runNumber) => publishedRun({ runNumber }));

describe('names of runs', () => {
  it('are numbers in order, neighbours as a range', () => {
    const side = numbered(1, 2, 3, 4, 5, 6, 7);
    expect(runNames(numbered(4), side)).toBe('run 4');
    expect(runNames(numbered(7, 2, 1, 3, 5), side)).toBe('runs 1–3, 5, 7');
    expect(runNames(numbered(1, 2), side)).toBe('runs 1–2');
    expect(runNames([], side)).toBe('');
  });

  it('are paths, or that it is the accuracy run, where there is no number', () => {
    const side = [
      ...numbered(1),
      publishedRun({ path: 'here' }),
      publishedRun({ mode: 'AccuracyOnly', path: 'there' }),
    ];
    expect(runNames(side, side)).toBe('run 1, here, accuracy run');
    expect(runNames(side.slice(1), side)).toBe('here, accuracy run');
  });

  it('have their benchmark and scenario where those of the side differ', () => {
    const side = [
      publishedRun({ runNumber: 1 }),
      publishedRun({ runNumber: 2, scenario: 'Server' }),
      publishedRun({ runNumber: 2 }),
    ];
    expect(runNames(side, side)).toBe('bert-99 Offline runs 1–2, bert-99 Server run 2');
    expect(runNames(side.slice(0, 1), side)).toBe('bert-99 Offline run 1');
  });
});

const fieldsOf = (run: ResultRun) =>
  Object.fromEntries(
    [...describedRun(run).fields].map(([field, of]) => [field, 'value' in of ? of.value : of]),
  );

describe('what is compared of a run', () => {
  const sut: RunDocument['sut'] = {
    ...ourRun().document!.sut,
    devices: ['cuda:0', 'cuda:1'],
    batchPolicy: {
      maxBatch: 64,
      maxWaitNs: 2.5e6,
      order: 'length',
      buckets: [64, 384],
      padding: { pad: 'max', maxLength: 384 },
    } as never,
    options: { threads: 4, places: { a: 1 } } as never,
    warmup: 5,
    freeCores: 2,
    nice: 19,
    idleSpinNs: 7,
    placement: { nodes: { CUDA: 120, CPU: 3 } } as never,
  };
  const document: Partial<RunDocument> = {
    sut,
    model: { name: 'bert', sha256: 'aa', weights: 'official', graph: { fused: true } } as never,
    versions: { node: '20', onnxruntime: '1.29.0' },
    lateness: { waitMode: 'spin' } as never,
  };

  it('is what the document says, field by field', () => {
    const run = ourRun({ settings: { requested: {}, effective: { qsl_rng_seed: '7', other: 1 } } }, document);
    expect(fieldsOf(run)).toEqual({
      'model.sha256': 'aa',
      'model.weights': 'official',
      'model.graph.fused': 'true',
      'dataset.hash': 'bb22',
      'sut.precision': 'fp16',
      'sut.backend': 'onnxruntime',
      'sut.backendVersion': '1.29.0',
      'sut.provider': 'cuda',
      'sut.deviceCount': '2',
      'sut.devices': 'cuda:0, cuda:1',
      'sut.instances': '1',
      'sut.maxBatch': '64',
      'sut.maxWaitMs': '2.5',
      'sut.order': 'length',
      'sut.buckets': '64, 384',
      'sut.pad': 'max (384 tokens)',
      'sut.warmup': '5',
      'sut.freeCores': '2',
      'sut.nice': '19',
      'sut.idleSpinNs': '7',
      'sut.waitMode': 'spin',
      'sut.options.threads': '4',
      'sut.options.places': '{"a":1}',
      'sut.placement': 'CUDA 120, CPU 3',
      'versions.node': '20',
      'settings.qsl_rng_seed': '7',
      // Offline's least count is the requested one, which is not known here.
    });
  });

  it('has other words where there are no buckets, no largest length, no nodes', () => {
    const batchPolicy = { maxBatch: 1, buckets: [], padding: { pad: 'longest' } } as never;
    const placement = { unavailable: 'it does not tell' };
    const found = fieldsOf(ourRun({}, { ...document, sut: { ...sut, batchPolicy, placement } as never }));
    expect(found['sut.buckets']).toBe('none');
    expect(found['sut.pad']).toBe('longest');
    expect(found['sut.placement']).toEqual({ unavailable: 'it does not tell' });
    expect(found).not.toHaveProperty('sut.maxWaitMs');
    expect(fieldsOf(ourRun())).not.toHaveProperty('sut.placement');
  });

  it('of published logs is the settings alone, the rest with its reason', () => {
    const unavailable = 'MLPerf logs do not contain it';
    const { 'sut.precision': precision, 'model.sha256': model, ...rest } = fieldsOf(publishedRun());
    expect([precision, model]).toEqual([{ unavailable }, { unavailable }]);
    expect(Object.keys(rest).filter((field) => field.startsWith('sut.'))).toEqual([]);
    expect(rest['settings.performance_sample_count']).toBe('10833');
    expect(describedRun(publishedRun()).absent('sut.options.x')).toEqual({ unavailable });
  });

  it('takes what is absent for left to the backend, or for not recorded', () => {
    const { absent } = describedRun(ourRun());
    expect(absent('sut.options.x')).toEqual({ value: 'not set' });
    expect(absent('sut.warmup')).toEqual({ unavailable: 'it was not recorded' });
    expect(absent('sut.environment.OMP_NUM_THREADS')).toEqual({ unavailable: 'it was not recorded' });
    const recorded = describedRun(ourRun({}, { sut: { ...sut, environment: {} } as never }));
    expect(recorded.absent('sut.environment.OMP_NUM_THREADS')).toEqual({ value: 'not set' });
    expect(recorded.absent('sut.warmup')).toEqual({ unavailable: 'it was not recorded' });
    const silent = { ...document, dataset: { name: 'squad' } as never };
    expect(fieldsOf(ourRun({}, silent))['dataset.hash']).toEqual({ unavailable: 'it was not recorded' });
  });

  it('is each of these settings, effective before requested', () => {
    const values = (offset: number) =>
      Object.fromEntries(comparedSettings.map((name, i) => [name, offset + i]));
    const run = publishedRun({
      scenario: 'Server',
      settings: { requested: values(100), effective: values(0) },
    });
    const found = fieldsOf(run);
    const told = (of: typeof found) => comparedSettings.map((name) => Number(of[`settings.${name}`]));
    expect(told(found)).toEqual(comparedSettings.map((_, i) => i));
    const asked = fieldsOf({ ...run, settings: { requested: values(100), effective: {} } });
    expect(told(asked)).toEqual(comparedSettings.map((_, i) => 100 + i));
    expect(comparedSettings).toHaveLength(18);
  });

  it('is in Offline the requested least count, in MultiStream the samples of a query', () => {
    const effective = { min_query_count: 1, samples_per_query: 8 };
    const of = (scenario: ResultRun['scenario'], requested: object, more = {}) => {
      const settings = { requested: requested as never, effective: { ...effective, ...more } };
      const found = fieldsOf(publishedRun({ scenario, settings }));
      return [found['settings.min_query_count'], found['settings.samples_per_query']];
    };
    expect(of('Offline', { min_query_count: 24 })).toEqual(['24', undefined]);
    expect(of('Offline', {}, { requested_min_query_count: 25 })).toEqual(['25', undefined]);
    expect(of('Server', { min_query_count: 24 })).toEqual(['1', undefined]);
    expect(of('MultiStream', {})).toEqual(['1', '8']);
  });
});

describe('differences', () => {
  const withSut = (sut: object, more: Partial<ResultRun> = {}) => {
    const run = ourRun(more);
    return { ...run, document: { ...run.document!, sut: { ...run.document!.sut, ...sut } } };
  };
  const found = (a: readonly ResultRun[], b: readonly ResultRun[], field: string) =>
    runDifferences(a, b).find((difference) => difference.field === field);

  it('come worst first', () => {
    const [a, b] = [withSut({}), withSut({ precision: 'fp32', devices: ['cuda:7'], instances: 3 })];
    const severities = runDifferences([a], [b])
      .filter(isKnownDifference)
      .map(({ severity }) => severity);
    expect(severities).toEqual(['must match', 'confounds', 'expected']);
  });

  it('say why they matter, with what varies before it', () => {
    const runs = [withSut({ warmup: 1 }, { runNumber: 1 }), withSut({ warmup: 2 }, { runNumber: 2 })];
    expect(found(runs, [withSut({ warmup: 1 })], 'sut.warmup')).toMatchObject({
      note: 'differs among the runs of the baseline; the first batches of a cold system are slower',
      within: 'the baseline',
    });
    expect(found([withSut({ warmup: 1 })], [withSut({ warmup: 2 })], 'sut.warmup')).toMatchObject({
      note: 'the first batches of a cold system are slower',
    });
    const placed = (nodes: object, runNumber: number) => withSut({ placement: { nodes } }, { runNumber });
    expect(
      found([placed({ a: 1 }, 1), placed({ a: 2 }, 2)], [placed({ a: 1 }, 1)], 'sut.placement')!.note,
    ).toBe('differs among the runs of the baseline');
  });

  it('are unknown where what must match is not said on either side', () => {
    const silent = () => publishedRun();
    expect(found([silent()], [silent()], 'sut.precision')).toEqual({
      field: 'sut.precision',
      label: 'precision',
      baseline: { unavailable: 'MLPerf logs do not contain it' },
      candidate: { unavailable: 'MLPerf logs do not contain it' },
      severity: 'must match',
      note: 'unknown on both sides: could not be checked',
    });
    expect(isKnownDifference(found([silent()], [silent()], 'sut.precision')!)).toBe(false);
    expect(found([withSut({})], [silent()], 'sut.precision')!.note).toBe(
      'unknown on one side: could not be checked',
    );
    const mute = () => withSut({ warmup: undefined });
    expect(found([mute()], [mute()], 'sut.warmup')).toBeUndefined();
  });

  it('name up to three runs, and most of a larger side by their number', () => {
    const side = (values: readonly number[]) =>
      values.map((instances, i) => withSut({ instances }, { runNumber: i + 1 }));
    const text = (values: readonly number[]) => found(side(values), side([1]), 'sut.instances')!.baseline;
    expect(text([1, 1, 1, 2])).toEqual({ value: '1 (runs 1–3), 2 (run 4)' });
    expect(text([1, 1, 1, 1, 2])).toEqual({ value: '1 (the other 4 runs), 2 (run 5)' });
    expect(text([1, 1, 1, 1, 2, 2, 2, 2])).toEqual({ value: '1 (runs 1–4), 2 (runs 5–8)' });
  });
});

describe('systems side by side', () => {
  const value = <T>(of: T) => ({ value: of });
  const printed = (name: string, ...prints: readonly object[]): SystemRuns => ({
    name,
    runs: prints.map((fingerprint, i) =>
      ourRun({ system: name, runNumber: i + 1 }, { fingerprint: fingerprint as Fingerprint }),
    ),
  });
  const cpu = (smt: boolean, vcpus = 4, hypervisor?: string) => ({
    schema: `x${smt}`,
    cpu: {
      sockets: value(smt ? 1 : 2),
      physicalCores: value(smt ? 1 : 2),
      smt: value(smt),
      numaNodes: value(smt ? 1 : 2),
      logicalCpus: value(vcpus),
      model: value(smt ? 'a' : 'b'),
    },
    ...(hypervisor && { hypervisor: { name: value(hypervisor) } }),
  });
  const severities = (a: SystemRuns, b: SystemRuns) =>
    Object.fromEntries(systemProperties(a, b).map(({ field, severity }) => [field, severity]));

  it('differ in the topology of their CPUs as expected where one is virtual, whichever', () => {
    const expected = {
      'cpu.sockets': 'expected',
      'cpu.physicalCores': 'expected',
      'cpu.smt': 'expected',
      'cpu.numaNodes': 'expected',
      'cpu.logicalCpus': 'expected',
      'cpu.model': 'confounds',
      'hypervisor.name': 'expected',
    };
    const [bare, vm] = [printed('bare', cpu(true, 4, 'none')), printed('vm', cpu(false, 2, 'kvm'))];
    expect(severities(bare, vm)).toEqual(expected);
    expect(severities(vm, bare)).toEqual(expected);
    const two = severities(bare, printed('b', cpu(false, 2, 'none')));
    expect(two).toEqual({
      ...Object.fromEntries(Object.keys(expected).map((field) => [field, 'confounds'])),
      'hypervisor.name': undefined,
    });
    // Nobody knows of a hypervisor.
    expect(severities(printed('a', cpu(true)), printed('b', cpu(false, 4)))['cpu.smt']).toBe('confounds');
  });

  it('have no severity where they are alike', () => {
    const [a, b] = [printed('a', cpu(true, 4, 'kvm')), printed('b', cpu(true, 4, 'kvm'))];
    expect(new Set(Object.values(severities(a, b)))).toEqual(new Set([undefined]));
    expect(differencesOf(systemProperties(a, b))).toEqual([]);
    expect(severities(printed('a', cpu(true)), printed('b', cpu(true)))['cpu.logicalCpus']).toBeUndefined();
  });

  it('are described by MLPerf where a fingerprint is missing, or by the one there is', () => {
    const description = { system_name: ' A ', sw_notes: ' ' } as never;
    const plain = (name: string, more = {}): SystemRuns => ({ name, runs: [publishedRun()], ...more });
    const [one] = systemProperties(printed('a', cpu(true)), plain('b', { description }));
    expect(one).toEqual({
      field: 'system_name',
      label: 'system name',
      baseline: { unavailable: 'it was not recorded' },
      candidate: { value: 'A' },
      severity: 'expected',
      note: 'unknown on one side: could not be checked',
    });
    expect(systemProperties(plain('a', { description }), plain('b'))[0]!.baseline).toEqual({ value: 'A' });
    const alone = systemProperties(printed('a', cpu(true)), plain('b'));
    expect(alone.find(({ field }) => field === 'cpu.model')).toMatchObject({
      baseline: { value: 'a' },
      candidate: { unavailable: 'it was not recorded' },
    });
    expect(systemProperties(plain('a'), printed('b', cpu(true))).map(({ field }) => field)).not.toContain(
      'schema',
    );
    expect(systemProperties(plain('a'), plain('b'))).toEqual([]);
  });
});
