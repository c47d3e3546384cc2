/** Pairs of runs at their edges: which figure, which outcome, which notes, which published results. */
import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../src/compare/compare-systems.js';
import { cpuCoresOf, energyPerSampleOf } from '../../src/compare/pairs/efficiency.js';
import { commonFigure, figureOf, sideOf, worstOutcome } from '../../src/compare/pairs/pair-side.js';
import { tokenNotes } from '../../src/compare/pairs/tokens.js';
import type { CompareOptions, PublishedRate, SystemRuns } from '../../src/compare/types.js';
import type { Outcome, ResultRun, ThroughputFigure } from '../../src/results/types.js';
import { peakAt } from '../helpers/peak.js';
import { ourRun, publishedRun, repeatsOf } from './make-run.js';

function comparison(
  bare: readonly ResultRun[],
  vm: readonly ResultRun[],
  options: Partial<CompareOptions> = {},
  more: Partial<SystemRuns> = {},
) {
  const given = { marginPercent: 5, ...options };
  return compareSystems({ name: 'bare', runs: bare, ...more }, [{ name: 'vm', runs: vm, ...more }], given);
}
const pairOf = (...of: Parameters<typeof comparison>) => comparison(...of).candidates[0]!.pairs[0]!;

const headline = (figure: ThroughputFigure, value: number, more: Partial<ResultRun> = {}) =>
  publishedRun({ throughput: { value, unit: figure === 'latency' ? 'ms' : 'samples/s', figure }, ...more });

describe('a comparison', () => {
  it('says its baseline, its margin as a fraction, and whether it was forced', () => {
    const side = [publishedRun()];
    expect(comparison(side, side)).toMatchObject({ baseline: 'bare', margin: 0.05, forced: false });
    expect(comparison(side, side, { force: true }).forced).toBe(true);
  });
});

describe('the figure that a pair is compared by', () => {
  it('is the common headline, else completed, else scheduled samples/s', () => {
    const both = { completedSamplesPerSecond: 8, scheduledSamplesPerSecond: 9 };
    const [completed, scheduled] = [
      headline('completed samples/s', 8, both),
      headline('scheduled samples/s', 9, both),
    ];
    expect(commonFigure([completed, completed])).toBe('completed samples/s');
    expect(commonFigure([scheduled, scheduled])).toBe('scheduled samples/s');
    expect(commonFigure([scheduled, completed])).toBe('completed samples/s');
    const older = headline('scheduled samples/s', 9);
    expect(commonFigure([older, completed])).toBe('scheduled samples/s');
    expect(commonFigure([older, headline('completed samples/s', 8)])).toBeUndefined();
    expect(commonFigure([headline('latency', 5, both), completed])).toBe('completed samples/s');
  });

  it('is none where it is 0, missing or not a number', () => {
    for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(figureOf(headline('samples per second', value), 'samples per second')).toBeUndefined();
    expect(figureOf(headline('latency', 5), 'latency')).toEqual({ value: 5, unit: 'ms', figure: 'latency' });
    expect(figureOf(headline('latency', 5), 'samples per second')).toBeUndefined();
    expect(figureOf(publishedRun({ completedSamplesPerSecond: 7 }), 'completed samples/s')).toEqual({
      value: 7,
      unit: 'samples/s',
      figure: 'completed samples/s',
    });
    expect(comparison([headline('latency', 0)], [headline('latency', 5)]).candidates[0]).toMatchObject({
      pairs: [],
      unpaired: [{ benchmark: 'bert-99', scenario: 'Offline', system: 'vm', reason: 'no common figure' }],
    });
  });
});

describe('what makes a pair, and what does not', () => {
  it('is performance runs alone', () => {
    const accuracy = publishedRun({ mode: 'AccuracyOnly', path: 'accuracy' });
    const pair = pairOf([accuracy, publishedRun()], [publishedRun(), accuracy]);
    expect([pair.baseline.runs, pair.candidate.runs].map((runs) => runs.length)).toEqual([1, 1]);
    expect(comparison([accuracy], [accuracy]).candidates[0]).toMatchObject({ pairs: [], unpaired: [] });
  });

  it('is no side of which one run has a figure of 0', () => {
    const runs = repeatsOf([1000, 0, 1000], 'bare');
    expect(comparison(runs, repeatsOf([1000, 1000], 'vm')).candidates[0]).toMatchObject({
      pairs: [],
      unpaired: [{ reason: 'no common figure' }],
    });
  });

  it('takes no rate for another', () => {
    const rates = { completedSamplesPerSecond: 8, scheduledSamplesPerSecond: 9 };
    expect(figureOf(headline('latency', 5, rates), 'samples per second')).toBeUndefined();
    expect(figureOf(headline('latency', 5, rates), 'scheduled samples/s')).toMatchObject({ value: 9 });
    expect(sideOf([publishedRun()], 'samples per second').unit).toBe('samples/s');
  });
});

describe('verdicts of few runs', () => {
  const server = (more: Partial<ResultRun> = {}) =>
    ourRun({
      scenario: 'Server',
      throughput: { value: 10, unit: 'samples/s', figure: 'completed samples/s' },
      targetQps: 10,
      ...more,
    });
  const atPeak = (run: ResultRun): ResultRun => ({
    ...run,
    document: { ...run.document!, result: { ...run.document!.result, peak: peakAt(10) } },
  });

  it('ask for as many as make three on the smaller side', () => {
    expect(pairOf(repeatsOf([10], 'bare'), repeatsOf([10, 11], 'vm')).verdict).toMatchObject({
      reason: 'single runs',
      moreRepeats: 2,
    });
  });

  it('are those of published logs where any run is one', () => {
    const mixed = [publishedRun({ runNumber: 1 }), ourRun({ runNumber: 2 })];
    expect(pairOf([ourRun()], mixed).interval).toMatchObject({ reason: 'published logs' });
  });

  it('are of highest rates only where every run is at its highest', () => {
    expect(pairOf([atPeak(server()), atPeak(server())], [atPeak(server())]).rates).toBe('highest rates');
    expect(pairOf([atPeak(server()), server()], [atPeak(server())]).rates).toBe('requested rates');
    expect(pairOf([atPeak(server())], [atPeak(server())]).notes).toEqual([]);
  });

  it('say that a pair was compared all the same only where it was', () => {
    const doubtful = [ourRun({ disagreements: ['One.'] })];
    expect(pairOf(doubtful, [ourRun()]).notes).toEqual([]);
    expect(pairOf(doubtful, [ourRun()], { force: true }).notes).toHaveLength(1);
  });
});

describe('the outcome of several runs', () => {
  const outcomes = (...of: Outcome[]) => worstOutcome(of.map((outcome) => publishedRun({ outcome })));
  const invalid = (...reasons: string[]): Outcome => ({ kind: 'invalid', reasons });

  it('is the worst, with each reason once', () => {
    const valid: Outcome = { kind: 'valid' };
    expect(outcomes(valid, valid)).toEqual({ kind: 'valid' });
    expect(outcomes(valid, invalid('a', 'b'), invalid('b', 'c'))).toEqual(invalid('a', 'b', 'c'));
    expect(outcomes(invalid('a'), { kind: 'aborted', reasons: ['x'] }, valid)).toEqual({
      kind: 'aborted',
      reasons: ['a', 'x'],
    });
  });
});

describe('a side', () => {
  it('of one run has its own figures, and none that it does not say', () => {
    const side = sideOf([headline('latency', 5.5, { boundMs: 130 })], 'latency');
    expect(side).toMatchObject({ value: 5.5, unit: 'ms', figure: 'latency', boundMs: 130 });
    expect([side.p99Ms, side.boundShare, side.targetQps]).toEqual([undefined, undefined, undefined]);
    expect(side.outcome).toEqual({ kind: 'valid' });
  });

  it('has the median of the runs that say a figure', () => {
    const runs = [undefined, 0.5, 0.7].map((boundShare) => publishedRun({ boundShare }));
    expect(sideOf(runs, 'samples per second').boundShare).toBeCloseTo(0.6, 12);
  });
});

describe('cost beside throughput', () => {
  it('is unknown without telemetry, without a sample and without a run, each with its reason', () => {
    expect(cpuCoresOf([ourRun()])).toEqual({ unavailable: 'the run recorded no telemetry' });
    expect(energyPerSampleOf([publishedRun(), ourRun()])).toEqual({
      unavailable: 'MLPerf logs contain no telemetry',
    });
    expect(cpuCoresOf([])).toEqual({ unavailable: 'there is no run' });
    const telemetry = { systemCores: { unavailable: 'no /proc' }, gpuEnergyJ: { value: 5 } } as never;
    const run = ourRun({}, { telemetry });
    const none = { ...run.document!, result: { ...run.document!.result, samples: 0 } };
    expect(energyPerSampleOf([{ ...run, document: none }])).toEqual({
      unavailable: 'no sample was completed',
    });
    expect(cpuCoresOf([run])).toEqual({ unavailable: 'no /proc' });
  });
});

describe('tokens', () => {
  const run = (perSecond: number | undefined, ttft?: number, tpot?: number) =>
    publishedRun({
      tokens: { perSecond, ttftMs: ttft && { p99: ttft }, tpotMs: tpot && { p99: tpot } } as never,
    });

  it('are noted where all runs of both sides have them, as geometric means', () => {
    expect(tokenNotes([run(100, 20, 4)], [run(90, 25, 5)])).toEqual([
      'Tokens/s: 100 and 90, a ratio of 0.900.',
      'TTFT p99: 20 ms and 25 ms, a ratio of 0.800.',
      'TPOT p99: 4 ms and 5 ms, a ratio of 0.800.',
    ]);
    expect(tokenNotes([run(50), run(200)], [run(100)])).toEqual(['Tokens/s: 100 and 100, a ratio of 1.000.']);
    expect(tokenNotes([run(50), run(undefined)], [run(100)])).toEqual([]);
    expect(tokenNotes([run(50)], [run(0)])).toEqual([]);
    expect(tokenNotes([], [run(50)])).toEqual([]);
    expect(pairOf([run(100)], [run(90)]).notes).toEqual(['Tokens/s: 100 and 90, a ratio of 0.900.']);
  });
});

describe('notes and methods', () => {
  it('say how the interval came about', () => {
    const apart = pairOf(repeatsOf([1000, 1002, 998], 'bare'), repeatsOf([990, 988, 992, 991], 'vm', 10));
    expect(apart.interval).toMatchObject({
      method: expect.stringMatching(/^Welch's t on logarithms, \d\.\d degrees of freedom, 3 and 4 runs$/),
    });
    expect(apart.notes).toEqual([
      'The runs of the two sides did not alternate in time, so drift of a machine would look like a difference.',
    ]);
    const turns = pairOf(repeatsOf([1000, 1002, 998], 'bare', 0, 2), repeatsOf([990, 988, 992], 'vm', 1, 2));
    expect(turns.interval).toMatchObject({
      method: expect.stringMatching(/, 3 and 3 runs, linear drift removed$/),
    });
    expect(turns.notes).toEqual([]);
    const few = pairOf(repeatsOf([1000, 1002], 'bare', 0, 2), repeatsOf([990, 988, 992], 'vm', 1, 2));
    expect(few.notes).toEqual([
      'With fewer than three runs per side, drift cannot be told apart from a difference.',
    ]);
  });

  it('have an inner interval within the outer one, around the ratio', () => {
    const { interval, ratio } = pairOf(
      repeatsOf([1000, 1002, 998], 'bare'),
      repeatsOf([990, 988, 992], 'vm', 10),
    );
    if (interval.kind !== 'repeats') throw new Error('repeats have an interval');
    const { low, low90, high90, high } = interval;
    const inOrder = [low, low90, ratio!, high90, high];
    expect(inOrder.toSorted((a, b) => a - b)).toEqual(inOrder);
    expect(new Set(inOrder).size).toBe(5);
  });

  it('take a time that is no time for none', () => {
    const odd = (runs: ResultRun[]) => runs.map((run) => ({ ...run, startedAt: 'some day' }));
    const pair = pairOf(odd(repeatsOf([1000, 1002, 998], 'bare')), odd(repeatsOf([990, 988, 992], 'vm')));
    expect(pair.interval).toMatchObject({ method: expect.stringMatching(/3 and 3 runs$/) });
  });

  it('resample single Offline runs, where they have steps enough', () => {
    const [a, b] = [ourRun({ path: 'a' }), ourRun({ path: 'b' })];
    const steps = (count: number) => Float64Array.from({ length: count }, (_, i) => (i + 1) * 1e6);
    const of = (x: number, y: number) =>
      pairOf(
        [a],
        [b],
        {},
        {
          completionsNs: new Map([
            ['a', steps(x)],
            ['b', steps(y)],
          ]),
        },
      );
    expect(of(400, 400).interval).toEqual({
      kind: 'within-run only',
      low: expect.closeTo(1, 9),
      high: expect.closeTo(1, 9),
      method: 'block bootstrap over completions, 20 blocks per run',
    });
    expect(of(400, 39).interval).toMatchObject({ kind: 'none', reason: 'too few steps' });
    const one = { completionsNs: new Map([['a', steps(400)]]) };
    expect(pairOf([a], [b], {}, one).interval).toMatchObject({ reason: 'no record of queries' });
    const pair = pairOf([a], [publishedRun()], {}, one);
    expect(pair.interval).toMatchObject({ reason: 'published logs' });
    expect(pair.verdict).toMatchObject({ kind: 'undecided', reason: 'published logs' });
  });

  it('keep INVALID runs where there are no others, and leave out those without a figure', () => {
    const invalid = repeatsOf([900, 1000], 'bare').map((run) => ({
      ...run,
      outcome: { kind: 'invalid', reasons: ['short'] } as const,
    }));
    const all = pairOf(invalid, repeatsOf([1000, 1000], 'vm', 5));
    expect(all.baseline.runs).toHaveLength(2);
    expect(all.verdict).toMatchObject({ kind: 'not comparable', reason: 'not VALID' });
    const lacking = repeatsOf([1000, 1000, 1000], 'vm', 5);
    lacking[1] = { ...lacking[1]!, throughput: undefined };
    const pair = pairOf(repeatsOf([1000, 1000], 'bare'), lacking);
    expect(pair.candidate.runs).toHaveLength(2);
    expect(pair.notes).toContain('1 of 3 runs of vm is not VALID and was left out.');
  });

  it('say nothing of requested rates that are not known, nor of rates in Offline', () => {
    const server = (targetQps?: number) =>
      headline('completed samples/s', 10, { scenario: 'Server', targetQps });
    expect(pairOf([server(10)], [server()]).notes).toEqual([]);
    expect(pairOf([server()], [server(10)]).notes).toEqual([]);
    expect(pairOf([server(10)], [server(12)]).notes).toEqual(['Requested: 10 and 12 queries/s.']);
    expect(pairOf([publishedRun()], [publishedRun()]).rates).toBeUndefined();
    const forced = pairOf([server(10)], [server(12)], { force: true });
    expect(forced.verdict.kind).toBe('undecided');
    expect(forced.rates).toBe('requested rates');
  });

  it('order pairs by benchmark, then by scenario', () => {
    const runs = (['MultiStream', 'SingleStream', 'Server', 'Offline'] as const).flatMap((scenario) =>
      ['b', 'a'].map((benchmark) => publishedRun({ scenario, benchmark })),
    );
    const names = comparison(runs, runs).candidates[0]!.pairs.map(
      (pair) => `${pair.benchmark} ${pair.scenario}`,
    );
    expect(names).toEqual(
      ['a', 'b'].flatMap((name) =>
        ['Offline', 'Server', 'SingleStream', 'MultiStream'].map((scenario) => `${name} ${scenario}`),
      ),
    );
  });
});

describe('which published results are a yardstick', () => {
  const row = (changes: Partial<PublishedRate>): PublishedRate => ({
    accelerator: 'A100-PCIe-40',
    benchmark: 'bert-99',
    scenario: 'Offline',
    round: '1.1',
    system: 'x',
    samplesPerSecondPerAccelerator: 100,
    ...changes,
  });
  const described = (model: string, perNode: unknown = 2, nodes: unknown = 1) =>
    ({ accelerator_model_name: model, accelerators_per_node: perNode, number_of_nodes: nodes }) as never;
  const rangeOf = (published: readonly PublishedRate[], description: never, run = publishedRun()) =>
    pairOf([run], [run], { published }, { description }).published;
  const two = [row({}), row({ samplesPerSecondPerAccelerator: 120 })];

  it('are those of the same accelerator, however it is spelled', () => {
    for (const model of [
      'NVIDIA A100-PCIE-40GB',
      'Tesla A100 PCIe 40 GB',
      'GRID A100-PCIe-40 GPU',
      'a100_pcie_40gb',
    ])
      expect(rangeOf(two, described(model))).toMatchObject({ results: 2, lowest: 100, highest: 120 });
    for (const model of ['A100-SXM-40GB', 'A100-PCIE-80GB', 'A100-PCIE-40GBx', 'XA100-PCIE-40'])
      expect(rangeOf(two, described(model))).toBeUndefined();
  });

  it('are of the benchmark and the scenario, and at least two', () => {
    const a100 = described('A100-PCIe-40');
    expect(rangeOf([row({}), row({ benchmark: 'bert-99.9' })], a100)).toBeUndefined();
    expect(rangeOf([row({}), row({ scenario: 'Server' })], a100)).toBeUndefined();
    expect(rangeOf([row({})], a100)).toBeUndefined();
    const latency = headline('latency', 5);
    expect(rangeOf(two, a100, latency)).toBeUndefined();
  });

  it('are of all rounds where the baseline’s has no other', () => {
    const published = [row({ system: 'bare', round: '2.0' }), ...two];
    const range = rangeOf(published, described('A100-PCIe-40'))!;
    expect(range.results).toBe(3);
    expect(range.round).toBeUndefined();
    expect(rangeOf([...published, row({ round: '2.0' })], described('A100-PCIe-40'))).toMatchObject({
      results: 2,
      round: '2.0',
    });
  });

  it('count the accelerators of all nodes', () => {
    expect(rangeOf(two, described('A100-PCIe-40', '4', '2'))).toMatchObject({ baseline: 125 });
    expect(rangeOf(two, described('A100-PCIe-40', 4, ''))).toMatchObject({ baseline: 250 });
    expect(rangeOf(two, described('A100-PCIe-40', 0))).toBeUndefined();
    expect(rangeOf(two, described(''))).toBeUndefined();
  });

  it('are none where a fingerprint does not say the GPU', () => {
    const withGpus = (gpus: unknown) =>
      pairOf([ourRun({}, { fingerprint: { gpu: { gpus } } as never })], [publishedRun()], { published: two })
        .published;
    const model = { value: 'NVIDIA A100-PCIE-40GB' };
    expect(withGpus({ value: [{ model }, { model }] })).toMatchObject({ baseline: 500 });
    expect(withGpus({ value: [{ model: { unavailable: 'x' } }] })).toBeUndefined();
    expect(withGpus({ value: [] })).toBeUndefined();
    expect(withGpus({ unavailable: 'x' })).toBeUndefined();
  });
});
