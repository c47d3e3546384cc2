import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../src/compare/compare-systems.js';
import { verdictText } from '../../src/compare/sentence.js';
import type { PairComparison, SystemRuns } from '../../src/compare/types.js';
import type { Peak } from '../../src/results/document/peak.js';
import type { ResultRun } from '../../src/results/types.js';
import type { Fingerprint } from '../../src/system/types.js';
import { peakAt } from '../helpers/peak.js';
import { ourRun, publishedRun, repeatsOf, settings } from './make-run.js';

const options = { marginPercent: 5 };
const system = (name: string, runs: readonly ResultRun[], more: Partial<SystemRuns> = {}): SystemRuns => ({
  name,
  runs,
  ...more,
});

function onlyPair(a: readonly ResultRun[], b: readonly ResultRun[], more = {}): PairComparison {
  const comparison = compareSystems(system('bare', a), [system('vm', b)], { ...options, ...more });
  expect(comparison.candidates[0]!.pairs).toHaveLength(1);
  return comparison.candidates[0]!.pairs[0]!;
}

describe('runs whose files disagree', () => {
  const doubtful = { disagreements: ['The result is 9 in one file, but 8 in another.', 'And so on.'] };
  const why =
    'the files of results/bare/bert-99/Offline/performance/run_1 disagree: The result is 9 in one file, but 8 in another (and 1 more)';

  it.each([
    ['a VALID run', doubtful],
    // A run may have been made INVALID so that it is left out.
    ['one that would be left out', { ...doubtful, outcome: { kind: 'invalid', reasons: ['x'] } }],
  ] as const)('are refused on either side: %s', (_, changes) => {
    const sound = [ourRun(), ourRun({ runNumber: 2, path: 'other' })];
    for (const [a, b] of [
      [[ourRun(changes), ...sound], sound],
      [sound, [...sound, ourRun(changes)]],
    ] as const)
      expect(onlyPair(a, b).verdict).toEqual({ kind: 'not comparable', reason: 'files disagree', why });
  });

  it('are compared with force, which is said', () => {
    const { verdict, notes } = onlyPair([ourRun(doubtful)], [ourRun()], { force: true });
    expect(verdict.kind).toBe('undecided');
    expect(notes).toContain(
      'The files of results/bare/bert-99/Offline/performance/run_1 disagree, and the pair was compared all the same: The result is 9 in one file, but 8 in another (and 1 more).',
    );
  });
});

describe('pairing', () => {
  it('pairs by benchmark, quality target and scenario, and lists what has no partner', () => {
    const bare = [
      publishedRun(),
      publishedRun({ benchmark: 'bert-99.9' }),
      publishedRun({ benchmark: 'ssd-resnet34', scenario: 'Server' }),
      publishedRun({ mode: 'AccuracyOnly', throughput: undefined }),
    ];
    const vm = [
      publishedRun({ benchmark: 'bert-99.9' }),
      publishedRun(),
      publishedRun({ benchmark: 'bert-tiny' }),
    ];
    const { pairs, unpaired } = compareSystems(system('bare', bare), [system('vm', vm)], options)
      .candidates[0]!;
    expect(pairs.map((pair) => `${pair.benchmark} ${pair.scenario}`)).toEqual([
      'bert-99 Offline',
      'bert-99.9 Offline',
    ]);
    expect(unpaired).toEqual([
      {
        benchmark: 'bert-tiny',
        scenario: 'Offline',
        system: 'vm',
        reason: 'no partner',
        why: 'bare has no performance run of it',
      },
      {
        benchmark: 'ssd-resnet34',
        scenario: 'Server',
        system: 'bare',
        reason: 'no partner',
        why: 'vm has no performance run of it',
      },
    ]);
  });

  it('says so where nothing pairs', () => {
    const one = compareSystems(system('bare', []), [system('vm', [publishedRun()])], options).candidates[0]!;
    expect(one.sentence).toBe('vm and bare have no run in common, so nothing can be compared.');
  });
});

describe('the ratio', () => {
  it('is below 1 for a slower candidate, whether the headline is a rate or a latency', () => {
    const rate = (value: number) =>
      publishedRun({ throughput: { value, unit: 'samples/s', figure: 'samples per second' } });
    expect(onlyPair([rate(1000)], [rate(900)]).ratio).toBeCloseTo(0.9, 12);
    const latency = (value: number) =>
      publishedRun({ scenario: 'SingleStream', throughput: { value, unit: 'ms', figure: 'latency' } });
    expect(onlyPair([latency(9)], [latency(10)]).ratio).toBeCloseTo(0.9, 12);
  });

  it('takes completed samples/s where the rounds headline different rates, and says so', () => {
    const server = {
      scenario: 'Server',
      scheduledSamplesPerSecond: 2000,
      completedSamplesPerSecond: 1990,
    } as const;
    const older = publishedRun({
      ...server,
      throughput: { value: 2000, unit: 'samples/s', figure: 'scheduled samples/s' },
    });
    const newer = publishedRun({
      ...server,
      completedSamplesPerSecond: 1592,
      throughput: { value: 1592, unit: 'samples/s', figure: 'completed samples/s' },
    });
    const pair = onlyPair([older], [newer]);
    expect(pair.ratio).toBeCloseTo(0.8, 12);
    expect(pair.baseline.figure).toBe('completed samples/s');
    expect(pair.notes.join(' ')).toContain('headline different rates');
  });

  it('lists a pair without a figure in common as unpaired instead of giving a number', () => {
    const none = publishedRun({ throughput: undefined });
    const one = compareSystems(system('bare', [none]), [system('vm', [publishedRun()])], options)
      .candidates[0]!;
    expect(one.pairs).toEqual([]);
    expect(one.unpaired[0]).toMatchObject({ reason: 'no common figure' });
    expect(one.unpaired[0]!.why).toContain('no figure');
  });
});

describe('the verdict', () => {
  it('is equivalent where the 90% interval lies inside the margin', () => {
    const pair = onlyPair(repeatsOf([1000, 1002, 998], 'bare'), repeatsOf([990, 988, 992], 'vm', 10));
    expect(pair.verdict).toEqual({ kind: 'equivalent' });
    expect(pair.interval.kind).toBe('repeats');
  });

  it.each([
    [[900, 898, 902], 'slower'],
    [[1100, 1098, 1102], 'faster'],
  ])('of %j against 1000 is %s', (values, kind) => {
    const pair = onlyPair(repeatsOf([1000, 1002, 998], 'bare'), repeatsOf(values, 'vm', 10));
    expect(pair.verdict.kind).toBe(kind);
  });

  it('is undecided between, and the repeats it asks for settle it', () => {
    const spread = [-20, -10, 0, 10, 20];
    const side = (middle: number, n: number) => Array.from({ length: n }, (_, i) => middle + spread[i % 5]!);
    const verdict = onlyPair(repeatsOf(side(1000, 5), 'bare'), repeatsOf(side(965, 5), 'vm', 10)).verdict;
    expect(verdict.kind).toBe('undecided');
    const more = verdict.kind === 'undecided' ? verdict.moreRepeats : undefined;
    expect(more).toBeTypeOf('number');
    const n = 5 + (more as number);
    const later = onlyPair(repeatsOf(side(1000, n), 'bare'), repeatsOf(side(965, n), 'vm', 1000)).verdict;
    expect(later.kind).toBe('equivalent');
  });

  it('does not promise a number of repeats where the ratio sits on the edge', () => {
    const pair = onlyPair(repeatsOf([900, 1000, 1100], 'bare'), repeatsOf([855, 950, 1045], 'vm', 10));
    expect(pair.verdict).toMatchObject({ kind: 'undecided', moreRepeats: 'more than 1000' });
    expect(verdictText(pair.verdict)).toContain('more than 1000 more repeats');
  });

  it('of one run a side is undecided, with an interval named within-run only', () => {
    const steady = (perSample: number) => Float64Array.from({ length: 4000 }, (_, i) => (i + 1) * perSample);
    const [a, b] = [ourRun({ path: 'a' }), ourRun({ path: 'b' })];
    const comparison = compareSystems(
      system('bare', [a], { completionsNs: new Map([['a', steady(1e6)]]) }),
      [system('vm', [b], { completionsNs: new Map([['b', steady(1e6)]]) })],
      options,
    );
    const pair = comparison.candidates[0]!.pairs[0]!;
    expect(pair.interval).toMatchObject({ kind: 'within-run only' });
    expect(pair.verdict).toMatchObject({ kind: 'undecided', reason: 'single runs', moreRepeats: 2 });
  });

  it('of published logs has no interval and says why', () => {
    const pair = onlyPair([publishedRun()], [publishedRun()]);
    expect(pair.interval).toMatchObject({ kind: 'none', reason: 'published logs' });
    expect(pair.verdict).toEqual({
      kind: 'undecided',
      reason: 'published logs',
      why: 'published logs do not show how much runs vary',
    });
  });

  it.each([
    ['single runs outside Offline', [ourRun({ scenario: 'Server' })], [ourRun({ scenario: 'Server' })]],
    ['single run on one side', repeatsOf([1000], 'bare'), repeatsOf([1000, 1001], 'vm')],
    ['no record of queries', repeatsOf([1000], 'bare'), repeatsOf([1000], 'vm')],
  ])('without an interval says why: %s', (reason, a, b) => {
    expect(onlyPair(a, b).interval).toMatchObject({ kind: 'none', reason });
  });

  it.each([
    [[955, 960, 965], 'slower, by how much is open'],
    [[1035, 1040, 1045], 'faster, by how much is open'],
    [[900, 1000, 1100], 'interval beyond the margin'],
  ])('of %j against 1000 is undecided: %s', (values, reason) => {
    const pair = onlyPair(repeatsOf([999, 1000, 1001], 'bare'), repeatsOf(values, 'vm', 10), {
      marginPercent: 4,
    });
    expect(pair.verdict).toMatchObject({ kind: 'undecided', reason });
  });

  it('is not comparable where a side is INVALID, unless forced', () => {
    const invalid = publishedRun({ outcome: { kind: 'invalid', reasons: ['min duration not met'] } });
    expect(onlyPair([publishedRun()], [invalid]).verdict).toEqual({
      kind: 'not comparable',
      reason: 'not VALID',
      why: 'one side is INVALID: min duration not met',
    });
    expect(onlyPair([publishedRun()], [invalid], { force: true }).verdict.kind).toBe('undecided');
  });

  it('leaves INVALID repeats out and says so', () => {
    const runs = repeatsOf([1000, 1001, 500, 999], 'bare');
    runs[2] = { ...runs[2]!, outcome: { kind: 'invalid', reasons: ['failed queries'] } };
    const pair = onlyPair(runs, repeatsOf([1000, 1001, 999], 'vm', 10));
    expect(pair.ratio).toBeCloseTo(1, 4);
    expect(pair.notes).toContain('1 of 4 runs of bare is not VALID and was left out.');
  });

  it('is refused where what must match does not, unless forced', () => {
    const other = repeatsOf([1000, 1001, 999], 'vm', 10).map((run) => ({
      ...run,
      document: { ...run.document!, model: { name: 'bert', sha256: 'cc33', weights: 'official' } },
    }));
    const bare = repeatsOf([1000, 1001, 999], 'bare');
    expect(onlyPair(bare, other).verdict).toEqual({
      kind: 'not comparable',
      reason: 'must match but differ',
      why: 'model file (SHA-256) must match but differs',
    });
    expect(onlyPair(bare, other, { force: true }).verdict.kind).toBe('equivalent');
  });

  it('is refused where the seeds differ', () => {
    const seeds = { requested: {}, effective: { ...settings, qsl_rng_seed: '7' } };
    expect(onlyPair([publishedRun()], [publishedRun({ settings: seeds })]).verdict).toMatchObject({
      kind: 'not comparable',
      why: expect.stringContaining('qsl_rng_seed'),
    });
  });
});

describe('Server honesty', () => {
  const server = (value: number, boundShare: number, peak?: Peak) => {
    const run = ourRun({
      scenario: 'Server',
      throughput: { value, unit: 'samples/s', figure: 'completed samples/s' },
      targetQps: value,
      boundMs: 130,
      boundShare,
    });
    return peak ? { ...run, document: { ...run.document!, result: { ...run.document!.result, peak } } } : run;
  };

  it('labels rates that were asked for and gives each side’s share of the bound', () => {
    const pair = onlyPair([server(1000, 0.83)], [server(950, 0.77)]);
    expect(pair.rates).toBe('requested rates');
    expect(pair.verdict.kind).toBe('not comparable');
    expect(pair.notes.join(' ')).toContain('1000 and 950 queries/s');
    expect([pair.baseline.boundShare, pair.candidate.boundShare]).toEqual([0.83, 0.77]);
  });

  it('needs both sides at their highest rate', () => {
    expect(onlyPair([server(1000, 0.99, peakAt(1000))], [server(950, 0.77)]).rates).toBe('requested rates');
    expect(onlyPair([server(1000, 0.99, peakAt(1000))], [server(950, 0.99, peakAt(950))]).rates).toBe(
      'highest rates',
    );
  });

  it('says that equal requested rates say nothing', () => {
    const pair = onlyPair([server(1000, 0.5)], [server(1000, 0.8)]);
    expect(pair.notes.join(' ')).toContain('the ratio says nothing');
  });
});

describe('the range of published results', () => {
  const description = {
    accelerator_model_name: 'NVIDIA A100-PCIE-40GB',
    accelerators_per_node: 3,
    number_of_nodes: 1,
  };
  const row = {
    accelerator: 'A100-PCIe-40',
    benchmark: 'bert-99',
    scenario: 'Offline',
  } as const;
  const published = [
    { ...row, round: '1.1', system: 'bare', samplesPerSecondPerAccelerator: 8465.57 / 3 },
    { ...row, round: '1.1', system: 'other', samplesPerSecondPerAccelerator: 5914.13 / 2 },
    { ...row, round: '0.7', system: 'older', samplesPerSecondPerAccelerator: 2500 },
    {
      ...row,
      round: '1.1',
      system: 'other',
      accelerator: 'A100-PCIe-80',
      samplesPerSecondPerAccelerator: 3275.2,
    },
  ];
  const run = publishedRun({
    throughput: { value: 8465.57, unit: 'samples/s', figure: 'samples per second' },
  });
  const rangeOf = (name: string, more: Partial<SystemRuns>) =>
    compareSystems(system(name, [run], more), [system('vm', [run])], { ...options, published }).candidates[0]!
      .pairs[0]!.published;

  it('is that of the baseline’s round, per accelerator', () => {
    // 8465.57 / 3 = 2821.857, 5914.13 / 2 = 2957.065; 2957.065 / 2821.857 = 1.0479.
    const range = rangeOf('bare', { description })!;
    expect(range).toMatchObject({ results: 2, round: '1.1', baseline: expect.closeTo(2821.857, 2) });
    expect(range.highest).toBeCloseTo(2957.065, 2);
    expect(range.sentence).toContain('differ by up to 4.8% (2 results');
  });

  it('is that of all rounds where the baseline is not in the table', () => {
    expect(rangeOf('mine', { description })).toMatchObject({ results: 3, round: undefined, lowest: 2500 });
  });

  it('takes the GPUs of a fingerprint, and is absent where they are not known', () => {
    const gpu = { gpus: { value: Array(3).fill({ model: { value: 'NVIDIA A100-PCIE-40GB' } }) } };
    const known = ourRun({ throughput: run.throughput }, { fingerprint: { gpu } as unknown as Fingerprint });
    expect(rangeOf('mine', { runs: [known] })).toMatchObject({ baseline: expect.closeTo(2821.857, 2) });
    expect(rangeOf('mine', {})).toBeUndefined();
  });
});
