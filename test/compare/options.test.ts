/**
 * Every option of `baremark run`, and every key of LoadGen's conf files, is in `run.json` and compared, or there is a
 * reason why it cannot matter.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compareSystems } from '../../src/compare/compare-systems.js';
import { isKnownDifference, runDifferences } from '../../src/compare/differences/differences.js';
import { KEYS } from '../../src/loadgen/settings/conf-keys.js';
import { type OptionName, optionNames } from '../../src/plan/options/table.js';
import type { PlannedRun } from '../../src/plan/types.js';
import type { ResultRun } from '../../src/results/types.js';
import { goldenPath } from '../helpers/golden.js';
import { type Options, told } from './told.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-options-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

type Severity = 'must match' | 'confounds' | 'expected';

/** How two values of an option can be told apart afterwards. */
type Fate =
  /** In this field of the differences; `with` are further options that both runs have. */
  | {
      readonly field: string;
      readonly is: Severity;
      readonly values: readonly [unknown, unknown];
      readonly with?: Options;
    }
  /** As above, where the plan itself would have to fetch or read a file. */
  | { readonly field: string; readonly is: Severity; readonly changes: readonly [Change, Change] }
  /** Runs with unlike values never form a pair. */
  | { readonly paired: readonly [unknown, unknown] }
  /** Why it cannot matter, or how it is judged otherwise. */
  | { readonly because: string };
type Change = (run: PlannedRun) => PlannedRun;

const ofFile = (name: string): Change => {
  const file = written(name, name);
  return (run) => ({ ...run, model: { ...run.model, graph: undefined, file, weights: { kind: 'file' } } });
};
const seeds = ['1', '2'] as const;
const onCores = { backend: 'onnxruntime' };
const output = { because: 'it says where to write or what to print' };

const fates: Readonly<Record<OptionName, Fate>> = {
  model: { paired: ['bert-99', 'bert-tiny'] },
  scenario: { paired: ['Offline', 'Server'] },
  mode: { paired: ['performance', 'accuracy'] },
  dataset: {
    field: 'dataset.hash',
    is: 'must match',
    values: [undefined, goldenPath('squad')],
    with: onCores,
  },
  'model-file': { field: 'model.sha256', is: 'must match', changes: [ofFile('a.onnx'), ofFile('b.onnx')] },
  weights: {
    field: 'model.weights',
    is: 'must match',
    changes: [(run) => run, (run) => ({ ...run, model: { ...run.model, weights: { kind: 'official' } } })],
  },
  fidelity: { because: 'it compares answers after an accuracy run, and only performance runs are paired' },
  'reference-file': { because: 'it is what fidelity compares with' },
  precision: { field: 'sut.precision', is: 'must match', values: ['fp32', 'fp16'] },
  'graph-option': {
    field: 'model.graph.fused',
    is: 'must match',
    values: [['fused=true'], ['fused=false']],
  },
  repeat: { because: 'the number of runs enters the interval' },
  backend: { field: 'sut.backend', is: 'confounds', values: ['simulated', 'onnxruntime'] },
  'backend-option': {
    field: 'sut.options.intraOpNumThreads',
    is: 'confounds',
    values: [['intraOpNumThreads=1'], ['intraOpNumThreads=2']],
    with: onCores,
  },
  device: { field: 'sut.devices', is: 'expected', values: ['cpu', 'webgpu'], with: onCores },
  instances: { field: 'sut.instances', is: 'confounds', values: ['1', '2'] },
  tuned: { because: 'what the file sets is compared: instances, the largest batch and the longest wait' },
  warmup: { field: 'sut.warmup', is: 'confounds', values: ['0', '5'] },
  'max-batch': { field: 'sut.maxBatch', is: 'confounds', values: ['4', '8'] },
  'max-wait': { field: 'sut.maxWaitMs', is: 'confounds', values: ['1ms', '2ms'] },
  pad: { field: 'sut.pad', is: 'confounds', values: ['longest', 'max'], with: { 'max-batch': '4' } },
  buckets: {
    field: 'sut.buckets',
    is: 'confounds',
    values: ['64,384', '128,384'],
    with: { 'max-batch': '4' },
  },
  'target-qps': {
    because: 'ratios of rates that were asked for are not comparable, and both rates are shown',
  },
  'offline-expected-qps': {
    because: 'it sizes the one query, and what counts is the rate at which that is served',
  },
  'target-latency': { field: 'settings.target_latency_ns', is: 'must match', values: ['50ms', '60ms'] },
  'latency-percentile': {
    field: 'settings.target_latency_percentile',
    is: 'must match',
    values: ['0.9', '0.99'],
  },
  'min-duration': { field: 'settings.min_duration_ms', is: 'must match', values: ['1s', '2s'] },
  'max-duration': { field: 'settings.max_duration_ms', is: 'confounds', values: [undefined, '700s'] },
  'min-queries': {
    field: 'settings.min_query_count',
    is: 'must match',
    values: ['500', '2000'],
    with: { scenario: 'Offline' },
  },
  'max-queries': { field: 'settings.max_query_count', is: 'confounds', values: [undefined, '5000'] },
  'samples-per-query': {
    field: 'settings.samples_per_query',
    is: 'must match',
    values: ['8', '4'],
    with: { scenario: 'MultiStream' },
  },
  'performance-samples': { field: 'settings.performance_sample_count', is: 'must match', values: ['5', '7'] },
  'qsl-seed': { field: 'settings.qsl_rng_seed', is: 'must match', values: seeds },
  'sample-index-seed': { field: 'settings.sample_index_rng_seed', is: 'must match', values: seeds },
  'schedule-seed': { field: 'settings.schedule_rng_seed', is: 'must match', values: seeds },
  coalesce: { field: 'settings.server_coalesce_queries', is: 'must match', values: [false, true] },
  'mlperf-conf': { because: 'what its keys set is compared, as below' },
  'user-conf': { because: 'what its keys set is compared, as below' },
  'precision-of-peak': {
    because: 'it says when a search ends, and the interval that it found says how closely',
  },
  budget: { because: 'it says when a search ends, and the interval that it found says how closely' },
  system: output,
  out: output,
  resume: { because: 'it skips whole runs, and changes none' },
  json: output,
  'dry-run': output,
};

/** What is known to differ; a simulated run has no model file whose checksum could be known. */
const known = (a: ResultRun, b: ResultRun) => runDifferences([a], [b]).filter(isKnownDifference);

/** The differences between two runs that differ in one option. */
async function differences(options: readonly [Options, Options], changes?: readonly [Change, Change]) {
  const [a, b] = [await told(options[0], changes?.[0]), await told(options[1], changes?.[1])];
  return { a, found: known(a, b) };
}

function withValue(name: OptionName, value: unknown, more: Options = {}): Options {
  return value === undefined ? more : { ...more, [name]: value };
}

describe('two runs that differ in one option', () => {
  for (const name of optionNames) {
    const fate = fates[name];
    if ('because' in fate)
      it(`--${name} is not compared: ${fate.because}`, () => expect(fate.because).not.toBe(''));
    else if ('paired' in fate)
      it(`--${name} keeps runs from forming a pair`, async () => {
        const [a, b] = await Promise.all(fate.paired.map((value) => told({ [name]: value })));
        const options = { marginPercent: 5 };
        const of = (run: typeof a) => ({ name: 'box', runs: [run!] });
        expect(compareSystems(of(a), [of(b)], options).candidates[0]!.pairs).toEqual([]);
        expect(compareSystems(of(a), [of(a)], options).candidates[0]!.pairs).toHaveLength(1);
      });
    else
      it(`--${name} shows as ${fate.field}, which ${fate.is}`, async () => {
        const both =
          'values' in fate ? fate.values.map((value) => withValue(name, value, fate.with)) : [{}, {}];
        const changes = 'changes' in fate ? fate.changes : undefined;
        const { a, found } = await differences([both[0]!, both[1]!], changes);
        expect(found.map(({ field, severity }) => [field, severity])).toContainEqual([fate.field, fate.is]);
        expect(known(a, a)).toEqual([]);
      });
  }

  it('--min-queries shows in Server as well', async () => {
    const { found } = await differences([{ 'min-queries': '500' }, { 'min-queries': '600' }]);
    expect(found).toMatchObject([{ field: 'settings.min_query_count' }]);
  });

  it('the backend’s own choices show, too: an option that only one run was given', async () => {
    const { found } = await differences([{}, { 'backend-option': ['perSampleMs=2'] }]);
    expect(found).toMatchObject([
      {
        label: 'backend option perSampleMs',
        severity: 'confounds',
        baseline: { value: 'not set' },
        candidate: { value: '2' },
      },
    ]);
  });

  it('niceness and spinning show where the machine made the choice', async () => {
    const { a } = await differences([{}, {}]);
    const stepped = {
      ...a,
      document: { ...a.document!, sut: { ...a.document!.sut, nice: 19, idleSpinNs: 5 } },
    };
    expect(known(a, stepped).map(({ field, severity }) => [field, severity])).toEqual([
      ['sut.nice', 'confounds'],
      ['sut.idleSpinNs', 'confounds'],
    ]);
  });
});

interface ShownKey {
  readonly field: string;
  readonly values: readonly [string, string];
  readonly scenario?: string;
  /** Further keys of both files. */
  readonly with?: Readonly<Record<string, string>>;
}
type ConfFate = ShownKey | { readonly because: string };
const setting = (name: string, a: string, b: string, more: Partial<ShownKey> = {}): ConfFate => ({
  field: `settings.${name}`,
  values: [a, b],
  ...more,
});
const noEffect = { because: 'it has no effect here' };
const audit = {
  test05_qsl_rng_seed: '5',
  test05_sample_index_rng_seed: '6',
  test05_schedule_rng_seed: '7',
};
const inAudit = { with: { ...audit, test05: '1' } };

const confFates: Readonly<Record<string, ConfFate>> = {
  mode: { because: 'the command says the mode' },
  target_latency: setting('target_latency_ns', '50', '60'),
  target_latency_percentile: setting('target_latency_percentile', '90', '99'),
  target_qps: { because: 'as --target-qps' },
  samples_per_query: setting('samples_per_query', '8', '4', { scenario: 'MultiStream' }),
  coalesce_queries: setting('server_coalesce_queries', '0', '1'),
  max_async_queries: setting('max_async_queries', '0', '7'),
  min_duration: setting('min_duration_ms', '1000', '2000'),
  max_duration: setting('max_duration_ms', '0', '700000'),
  min_query_count: setting('min_query_count', '100', '200'),
  max_query_count: setting('max_query_count', '0', '5000'),
  qsl_rng_seed: setting('qsl_rng_seed', '1', '2'),
  sample_index_rng_seed: setting('sample_index_rng_seed', '1', '2'),
  schedule_rng_seed: setting('schedule_rng_seed', '1', '2'),
  test05: setting('qsl_rng_seed', '0', '1', { with: audit }),
  test05_qsl_rng_seed: setting('qsl_rng_seed', '1', '2', inAudit),
  test05_sample_index_rng_seed: setting('sample_index_rng_seed', '1', '2', inAudit),
  test05_schedule_rng_seed: setting('schedule_rng_seed', '1', '2', inAudit),
  accuracy_log_rng_seed: { because: 'it only decides which answers are kept' },
  accuracy_log_probability: setting('accuracy_log_probability', '0', '50'),
  accuracy_log_sampling_target: setting('accuracy_log_sampling_target', '0', '50'),
  print_timestamps: { because: 'it is copied into the summary, and changes nothing else' },
  performance_issue_unique: setting('performance_issue_unique', '0', '1'),
  performance_issue_same: setting('performance_issue_same', '0', '1'),
  performance_issue_same_index: setting('performance_issue_same_index', '0', '3'),
  performance_sample_count_override: setting('performance_sample_count', '5', '7'),
  accuracy_sample_count_override: { because: 'it is for accuracy runs, which are not paired' },
  sample_concatenate_permutation: setting('sample_concatenate_permutation', '0', '1'),
  use_token_latencies: noEffect,
  infer_token_latencies: noEffect,
  ttft_latency: noEffect,
  tpot_latency: noEffect,
  token_latency_scaling_factor: noEffect,
};

function confFile(name: string, keys: Readonly<Record<string, string>>): string {
  const lines = Object.entries(keys).map(([key, value]) => `*.*.${key} = ${value}\n`);
  return written(name, lines.join(''));
}

describe('two runs that differ in one key of a conf file', () => {
  it('have a fate for every key', () =>
    expect(Object.keys(confFates).sort()).toEqual(Object.keys(KEYS).sort()));

  for (const [key, fate] of Object.entries(confFates))
    if (fate === noEffect) it(`${key} has no effect`, () => expect(KEYS[key]!.targets).toEqual([]));
    else if ('field' in fate)
      it(`${key} shows as ${fate.field}`, async () => {
        const both = fate.values.map((value, i) => ({
          scenario: fate.scenario ?? 'Server',
          'mlperf-conf': confFile(`${key}-${i}.conf`, { ...fate.with, [key]: value }),
        }));
        const { found } = await differences([both[0]!, both[1]!]);
        expect(found.map(({ field }) => field)).toContain(fate.field);
      });
});
