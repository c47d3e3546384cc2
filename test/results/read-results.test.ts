import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { qualityTargets } from '../../src/plan/models.js';
import { readRecord } from '../../src/results/read/record.js';
import { readResults } from '../../src/results/read/results.js';
import { writeRun } from '../../src/results/write/run.js';
import { reserveRunFolder } from '../../src/results/write/run-folder.js';
import { goldenPath, loadgenGolden } from '../helpers/golden.js';
import { describeWithShared, sharedPath } from '../helpers/shared.js';
import { detailText, rates, summaryText, writeLogs } from './mlperf-logs.js';
import { sampleArtifacts, sampleDocument, temporaryFolder } from './sample-run.js';

const bare = 'R7525_A100-PCIE-40GBx3_TRT';
const vm = 'R7525_vA100-PCIE-40GBx3_TRT';
/** As published: bare metal, VM, and for Server the percent of the latency bound that the VM's and bare metal's p99 use. */
const published = [
  ['bert-99', 'Offline', 8465.57, 8475.47],
  ['bert-99', 'Server', 7871.94, 7801.53, 83, 77],
  ['bert-99.9', 'Offline', 4228.25, 4183.17],
  ['bert-99.9', 'Server', 3814.94, 3602.11, 98, 63],
  ['ssd-resnet34', 'Offline', 2450.72, 2452.84],
  ['ssd-resnet34', 'Server', 2390.05, 2310.39, 84, 39],
] as const;

describe('a submission with the logs that LoadGen wrote', () => {
  const submission = goldenPath('submission');

  it('reads every figure, the shares of the bound and the accuracy, as the logs print them', async () => {
    const { systems, problems } = await readResults(submission, qualityTargets());
    expect(problems).toEqual([]);
    const read = systems.map(({ name, runs }) => [
      name,
      ...runs.map(({ benchmark, scenario, throughput, boundShare, accuracy }) => [
        `${benchmark} ${scenario}`,
        throughput?.value,
        boundShare && Math.round(boundShare * 100),
        accuracy?.value,
        accuracy?.met,
      ]),
    ]);
    expect(read).toEqual([
      [
        'rack',
        ['bert-99 Offline', 1338.34, undefined, 100, true],
        // p99 15963375 ns of 130 ms, and so on.
        ['bert-99 Server', 410.11, 12, 100, true],
        ['ssd-resnet34 Offline', 353.582, undefined, expect.closeTo(0.2436, 12), true],
        ['ssd-resnet34 Server', 109.93, 28, expect.closeTo(0.2436, 12), true],
      ],
      [
        'rack-vm',
        ['bert-99 Offline', 1153.24, undefined, 86.97916666666666, false],
        ['bert-99 Server', 384.24, 74, 86.97916666666666, false],
        ['ssd-resnet34 Offline', 270.179, undefined, expect.closeTo(0.2436, 12), true],
        ['ssd-resnet34 Server', 105.92, 60, expect.closeTo(0.2436, 12), true],
      ],
    ]);
  });

  it('names the figure, the rate asked for, the settings and the counts', async () => {
    const [offline, server] = (await readResults(submission, qualityTargets())).systems[0]!.runs;
    expect(server).toMatchObject({
      source: 'mlperf',
      throughput: { figure: 'completed samples/s', unit: 'samples/s' },
      scheduledSamplesPerSecond: 410.76,
      targetQps: 400,
      boundMs: 130,
      percentile: 0.99,
      outcome: { kind: 'valid' },
      queries: 823,
      samples: 823,
      minDurationS: 2,
      startedAt: '2026-11-24T17:16:58Z',
      runNumber: 1,
      accuracy: { metric: 'F1' },
    });
    expect(server!.latencyMs?.p99).toBe(15.963375);
    expect(server!.settings.requested.server_coalesce_queries).toBe(true);
    // More than 2^53: kept to the last digit.
    expect(server!.settings.effective.schedule_rng_seed).toBe('16159082839903944936');
    // 90.874 × 0.99 is the closed division's target.
    expect(server!.accuracy?.target).toBeCloseTo(89.96526, 10);
    expect(offline).toMatchObject({ queries: 1, samples: 3300, durationS: 2.465734113, targetQps: 1500 });
  });

  it('finds the system descriptions beside the results', async () => {
    const { systems } = await readResults(submission, qualityTargets());
    expect(systems.map(({ description }) => description?.host_memory_capacity)).toEqual(['256 GB', '64 GB']);
  });

  it.each([
    ['closed/Example/results/rack', 4],
    ['closed/Example/results/rack/bert-99', 2],
    ['closed/Example/results/rack/bert-99/Server', 1],
    ['closed/Example/results/rack/bert-99/Server/performance', 1],
    ['closed/Example/results/rack/bert-99/Server/performance/run_1', 1],
  ])('takes the folder %s', async (part, runs) => {
    const { systems } = await readResults(join(submission, part), qualityTargets());
    expect(systems.map(({ name, runs: found }) => [name, found.length])).toEqual([['rack', runs]]);
    expect(systems[0]?.description?.submitter).toBe('Example');
  });
});

describeWithShared(['mlperf-results/v1.1'], 'the v1.1 submission of Dell', () => {
  const submission = sharedPath('mlperf-results', 'v1.1');

  it('reads every published figure', async () => {
    const { systems, problems } = await readResults(submission, qualityTargets());
    expect(problems).toEqual([]);
    expect(systems.map(({ name }) => name)).toEqual([bare, vm]);
    for (const [side, system] of systems.entries()) {
      expect(system.runs.map((run) => [run.benchmark, run.scenario, run.throughput?.value])).toEqual(
        published.map((row) => [row[0], row[1], row[side === 0 ? 2 : 3]]),
      );
      const shares = system.runs.filter((run) => run.scenario === 'Server');
      expect(shares.map((run) => Math.round(run.boundShare! * 100))).toEqual(
        published.flatMap((row) => (row.length === 6 ? [row[side === 0 ? 4 : 5]] : [])),
      );
    }
  });

  it('names the figure, the rate asked for, the settings and the accuracy', async () => {
    const { systems } = await readResults(submission, qualityTargets());
    const run = systems[0]!.runs[1]!;
    expect(run).toMatchObject({
      source: 'mlperf',
      throughput: { figure: 'scheduled samples/s', unit: 'samples/s' },
      completedSamplesPerSecond: 7871.17,
      targetQps: 7870,
      boundMs: 130,
      percentile: 0.99,
      outcome: { kind: 'valid' },
      queries: 4_723_166,
      minDurationS: 600,
      startedAt: '2021-08-11T00:26:51Z',
      runNumber: 1,
      accuracy: { metric: 'F1', value: 90.37586600946241, met: true },
    });
    expect(run.latencyMs?.p99).toBe(107.531497);
    expect(run.settings.requested.server_coalesce_queries).toBe(true);
    expect(run.settings.effective.schedule_rng_seed).toBe('10051496985653635065');
    // 90.874 × 0.99 and 0.20 × 0.99 are the closed division's targets.
    expect(run.accuracy?.target).toBeCloseTo(89.96526, 10);
    const ssd = systems[0]!.runs.find((one) => one.benchmark === 'ssd-resnet34' && one.scenario === 'Server');
    expect(ssd?.accuracy).toMatchObject({ metric: 'mAP', value: 0.20116, met: true });
    expect(systems[0]!.runs[0]).toMatchObject({ durationS: 795.221174743, samples: 6_732_000 });
  });

  it('finds the system descriptions beside the results', async () => {
    const { systems } = await readResults(submission, qualityTargets());
    expect(systems.map(({ description }) => description?.host_memory_capacity)).toEqual(['512 GB', '1 TB']);
    expect(systems.map(({ description }) => description?.host_processor_core_count)).toEqual([32, 64]);
  });

  it.each([
    [`closed/Dell/results/${bare}`, 6],
    [`closed/Dell/results/${bare}/bert-99`, 2],
    [`closed/Dell/results/${bare}/bert-99/Server`, 1],
    [`closed/Dell/results/${bare}/bert-99/Server/performance`, 1],
    [`closed/Dell/results/${bare}/bert-99/Server/performance/run_1`, 1],
  ])('takes the folder %s', async (part, runs) => {
    const { systems } = await readResults(join(submission, part), qualityTargets());
    expect(systems.map(({ name, runs: found }) => [name, found.length])).toEqual([[bare, runs]]);
    expect(systems[0]?.description?.submitter).toBe('Dell');
  });
});

describe('rounds of MLPerf', () => {
  it('reads the scheduled headline of old rounds and the completed one of new rounds', async () => {
    const out = await temporaryFolder();
    await writeLogs(out, { scenario: 'Server', headline: 'Scheduled' }, {}, { benchmark: 'old' });
    await writeLogs(out, { scenario: 'Server', headline: 'Completed' }, {}, { benchmark: 'new' });
    await writeLogs(out, { scenario: 'Offline' }, {}, { benchmark: 'new' });
    const { systems } = await readResults(out);
    expect(systems[0]!.runs.map((run) => [run.benchmark, run.throughput])).toEqual([
      ['new', { value: rates.offline, unit: 'samples/s', figure: 'samples per second' }],
      ['new', { value: rates.completed, unit: 'samples/s', figure: 'completed samples/s' }],
      ['old', { value: rates.scheduled, unit: 'samples/s', figure: 'scheduled samples/s' }],
    ]);
  });

  it("reads round 0.5, whose mode is called Performance and whose detail log isn't MLLOG", async () => {
    const out = await temporaryFolder();
    const detail = '"pid": 7614, "tid": 7614, "ts": 7143ns : version : .5a1 @ 61220457de\n';
    const summary = summaryText({ scenario: 'Server', mode: 'Performance' });
    await writeLogs(out, { scenario: 'Server' }, { summary, detail });
    const { systems, problems } = await readResults(out);
    expect(systems[0]!.runs[0]).toMatchObject({
      throughput: { value: rates.scheduled },
      boundShare: 104.000497 / 130,
    });
    expect(systems[0]!.runs[0]!.queries).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining('no :::MLLOG lines')]);
  });

  it('reads an INVALID run with its reasons', async () => {
    const out = await temporaryFolder();
    await writeLogs(out, { scenario: 'Server', verdict: 'INVALID' });
    const { systems } = await readResults(out);
    expect(systems[0]!.runs[0]!.outcome).toEqual({
      kind: 'invalid',
      reasons: ['Performance constraints satisfied: NO', 'Reduce target QPS to improve latency.'],
    });
  });

  const golden = loadgenGolden('summaries');
  it('reads what LoadGen 6.0.17 writes in all four scenarios', async () => {
    const out = await temporaryFolder();
    const names = (await readdir(golden)).filter((name) => name.endsWith('summary.txt'));
    expect(names.length).toBeGreaterThan(8);
    const expected: Record<string, unknown> = {};
    for (const name of names) {
      const benchmark = name.replace('.mlperf_log_summary.txt', '');
      const text = await readFile(join(golden, name), 'utf8');
      const scenario = /Scenario : (\w+)/.exec(text)![1]!;
      const folder = join(out, 'golden', benchmark, scenario, 'performance', 'run_1');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'mlperf_log_summary.txt'), text);
      const detail = await readFile(join(golden, `${benchmark}.detail.jsonl`), 'utf8').catch(() => '');
      const lines = detail
        .trim()
        .split('\n')
        .map((line) => `:::MLLOG ${line}`);
      if (detail) await writeFile(join(folder, 'mlperf_log_detail.txt'), lines.join('\n'));
      const stream = scenario.endsWith('Stream');
      const figure = stream
        ? Number(/th percentile latency \(ns\) : (\d+)/.exec(text)![1]) / 1e6
        : Number(/(?:Completed samples per second|Samples per second) *: (\S+)/.exec(text)![1]);
      expected[benchmark] = [figure, stream ? 'ms' : 'samples/s', /Result is : (\w+)/.exec(text)![1]];
    }
    const { systems, problems } = await readResults(out);
    expect(problems.filter((problem) => !problem.includes('detail.txt is missing'))).toEqual([]);
    const found = systems[0]!.runs.map(({ benchmark, throughput, outcome }) => [
      benchmark,
      [throughput?.value, throughput?.unit, outcome.kind.toUpperCase()],
    ]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });
});

describe('our own runs', () => {
  it('come back with document, settings, record and accuracy', async () => {
    const out = await temporaryFolder();
    const folder = await reserveRunFolder(out, 'box', 'bert-99', 'Server', 'PerformanceOnly');
    const detailLog = detailText({ scenario: 'Server' }).trimEnd().split('\n');
    await writeRun(folder, sampleArtifacts({ detailLog }));
    const accuracy = { metric: 'F1', value: 90.5, target: 89.97, met: true };
    const document = sampleDocument({ mode: 'AccuracyOnly', accuracy });
    const accuracyFolder = await reserveRunFolder(out, 'box', 'bert-99', 'Server', 'AccuracyOnly');
    await writeRun(accuracyFolder, sampleArtifacts({ document, detailLog }));
    const { systems, problems } = await readResults(out);
    expect(problems).toEqual([]);
    expect(systems).toHaveLength(1);
    expect(systems[0]!.description?.system_name).toBe('box');
    const [performance, second] = systems[0]!.runs;
    expect(performance).toMatchObject({
      source: 'baremark',
      mode: 'PerformanceOnly',
      runNumber: 1,
      throughput: { value: 99.5, unit: 'samples/s', figure: 'completed samples/s' },
      targetQps: 100,
      boundMs: 130,
      boundShare: 0.5,
      queries: 4,
      document: sampleDocument(),
      accuracy,
    });
    expect(performance!.settings.effective.target_qps).toBe(7870);
    expect((await readRecord(performance!.record!)).rowCount).toBe(4);
    expect(second).toMatchObject({ mode: 'AccuracyOnly', accuracy });
    expect(second!.throughput).toBeUndefined();
  });

  it('come back without latencies where nothing completed', async () => {
    const out = await temporaryFolder();
    const { result } = sampleDocument();
    const none = Number.NaN;
    const latencyMs = {
      min: none,
      max: none,
      mean: none,
      p50: none,
      p90: none,
      p95: none,
      p97: none,
      p99: none,
      p999: none,
    };
    const document = sampleDocument({
      outcome: { kind: 'aborted', reasons: ['stopped by the user'] },
      result: { ...result, value: none, completedSamplesPerSecond: none, latencyMs },
    });
    const folder = await reserveRunFolder(out, 'box', 'bert-99', 'Server', 'PerformanceOnly');
    await writeRun(folder, sampleArtifacts({ document }));
    const run = (await readResults(out)).systems[0]!.runs[0]!;
    expect(run.outcome).toEqual({ kind: 'aborted', reasons: ['stopped by the user'] });
    expect([run.throughput, run.latencyMs, run.boundShare, run.completedSamplesPerSecond]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
