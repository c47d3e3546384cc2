import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { runsCsv } from '../../src/report/runs/csv.js';
import { worded } from '../../src/results/document/warnings.js';
import { readResults } from '../../src/results/read/results.js';
import type { RunDocument } from '../../src/results/types.js';
import { writeRun } from '../../src/results/write/run.js';
import { reserveRunFolder } from '../../src/results/write/run-folder.js';
import { peakAt } from '../helpers/peak.js';
import { sampleArtifacts, sampleDocument, temporaryFolder } from './sample-run.js';

async function run(out: string, changes: Parameters<typeof sampleDocument>[0] = {}) {
  const document = sampleDocument(changes);
  const { system, benchmark, scenario, mode } = document;
  const folder = await reserveRunFolder(out, system, benchmark, scenario, mode);
  return writeRun(folder, sampleArtifacts({ document }));
}

const unknown = { unavailable: 'nobody asked' };
const unknownGpu = {
  index: 0,
  migDevices: [],
  model: unknown,
  architecture: unknown,
  uuid: unknown,
  share: unknown,
  memoryMiB: unknown,
  ecc: unknown,
  powerLimitW: unknown,
  smClockMhz: unknown,
  maxSmClockMhz: unknown,
  memoryClockMhz: unknown,
  maxMemoryClockMhz: unknown,
  pcieGeneration: unknown,
  maxPcieGeneration: unknown,
  pcieWidth: unknown,
  maxPcieWidth: unknown,
};

describe('writeRun', () => {
  it('writes the files of a performance run and nothing else', async () => {
    const out = await temporaryFolder();
    const { path } = await run(out);
    expect((await readdir(path)).sort()).toEqual([
      'mlperf_log_accuracy.json',
      'mlperf_log_detail.txt',
      'mlperf_log_summary.txt',
      'queries.arrow',
      'run.json',
    ]);
    expect(await readFile(join(path, 'mlperf_log_detail.txt'), 'utf8')).toBe(
      ':::MLLOG {"key": "a"}\n:::MLLOG {"key": "b"}\n',
    );
    expect(await readFile(join(path, 'mlperf_log_accuracy.json'), 'utf8')).toBe('[\n]\n');
    expect(JSON.parse(await readFile(join(path, 'run.json'), 'utf8'))).toEqual(sampleDocument());
    expect((await readdir(out)).sort()).toEqual(['box', 'summary.csv', 'systems']);
  });

  it('writes an accuracy run with its log and its text', async () => {
    const out = await temporaryFolder();
    const document = sampleDocument({
      mode: 'AccuracyOnly',
      accuracy: { metric: 'F1', value: 90.5, target: 89.97 },
    });
    const folder = await reserveRunFolder(out, 'box', 'bert-99', 'Server', 'AccuracyOnly');
    async function* log() {
      yield '[\n';
      yield '{"qsl_idx": 1}';
      yield '\n]\n';
    }
    await writeRun(
      folder,
      sampleArtifacts({
        document,
        accuracyLog: log(),
        accuracyText: '{"f1": 90.5}\n',
        telemetryCsv: 't_s\n0\n',
        record: undefined,
      }),
    );
    expect((await readdir(join(out, 'box/bert-99/Server/accuracy'))).sort()).toEqual([
      'accuracy.txt',
      'mlperf_log_accuracy.json',
      'mlperf_log_detail.txt',
      'mlperf_log_summary.txt',
      'run.json',
      'telemetry.csv',
    ]);
    expect(await readFile(join(folder.path, 'mlperf_log_accuracy.json'), 'utf8')).toBe(
      '[\n{"qsl_idx": 1}\n]\n',
    );
  });

  it('fills every field of the system description and keeps what was filled in by hand', async () => {
    const out = await temporaryFolder();
    await run(out);
    const path = join(out, 'systems/box.json');
    const first = JSON.parse(await readFile(path, 'utf8'));
    expect(Object.keys(first)).toHaveLength(47);
    expect(first).toMatchObject({ system_name: 'box', host_processor_core_count: 2, submitter: '' });
    await writeFile(
      path,
      JSON.stringify({ ...first, submitter: 'Somebody', note: 'mine', system_name: 'old' }),
    );
    await run(out);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      submitter: 'Somebody',
      note: 'mine',
      system_name: 'box',
    });
  });

  it('leaves nothing where the disk fills up in the middle', async () => {
    const out = join(await temporaryFolder(), 'out');
    const folder = await reserveRunFolder(out, 'box', 'bert-99', 'Server', 'PerformanceOnly');
    function* full() {
      yield ':::MLLOG {}';
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
        code: 'ENOSPC',
        syscall: 'write',
      });
    }
    await expect(writeRun(folder, sampleArtifacts({ detailLog: full() }))).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: expect.stringMatching(/run_1 cannot be written because the disk is full/),
    });
    expect(existsSync(out)).toBe(false);
  });

  it('does not write a document that could not be read back', async () => {
    const out = join(await temporaryFolder(), 'out');
    const document = sampleDocument();
    const broken = { ...document, result: { ...document.result, value: Number.NaN } };
    const folder = await reserveRunFolder(out, 'box', 'bert-99', 'Server', 'PerformanceOnly');
    await expect(writeRun(folder, sampleArtifacts({ document: broken }))).rejects.toThrow(
      'a valid run has every figure',
    );
    expect(existsSync(out)).toBe(false);
  });
});

describe('summary.csv', () => {
  it('has a row for each run in a fixed order', async () => {
    const out = await temporaryFolder();
    await run(out, { system: 'b', scenario: 'Server' });
    await run(out, { system: 'a', scenario: 'Server' });
    await run(out, { system: 'a', scenario: 'Offline' });
    for (let i = 0; i < 10; i++) await run(out, { system: 'b', scenario: 'Server' });
    const rows = parse(await readFile(join(out, 'summary.csv')), { columns: true }) as Record<
      string,
      string
    >[];
    expect(rows.map((row) => row.run_folder)).toEqual([
      'a/bert-99/Offline/performance/run_1',
      'a/bert-99/Server/performance/run_1',
      ...Array.from({ length: 11 }, (_, i) => `b/bert-99/Server/performance/run_${i + 1}`),
    ]);
    expect(rows[1]).toEqual({
      system: 'a',
      benchmark: 'bert-99',
      scenario: 'Server',
      result: '99.5',
      unit: 'samples/s',
      target_qps: '100',
      p50_ms: '10',
      p90_ms: '20',
      p95_ms: '30',
      p97_ms: '40',
      p99_ms: '65',
      p99_9_ms: '80',
      bound_ms: '130',
      validity: 'VALID',
      reasons: '',
      queries: '4',
      samples: '4',
      failed: '0',
      duration_s: '60',
      min_duration_s: '60',
      backend: 'simulated 1.0.0',
      device: 'cpu',
      precision: 'fp32',
      instances: '1',
      max_batch: '8',
      mode: 'PerformanceOnly',
      accuracy_metric: '',
      accuracy_value: '',
      accuracy_target: '',
      run_folder: 'a/bert-99/Server/performance/run_1',
      started_at: '2026-11-21T10:00:00.000Z',
      model: 'bert-tiny',
      weights: 'seeded',
      dataset: 'synthetic-squad',
      warnings: '',
      peak_qps: '',
      peak_low_qps: '',
      peak_high_qps: '',
      peak_ended: '',
      peak_probes: '',
      peak_search_s: '',
      run: '1',
      hypervisor: '',
      gpu: '',
      driver: '',
    });
  });

  it('has the same columns and figures as report --csv, with what a spreadsheet can group by', async () => {
    const out = await temporaryFolder();
    const text = await readFile(new URL('fixtures/baremark-run-1.json', import.meta.url), 'utf8');
    const { fingerprint } = JSON.parse(text) as RunDocument;
    const card = { ...unknownGpu, model: { value: 'NVIDIA A100-PCIE-40GB' } };
    const gpu = {
      ...fingerprint!.gpu,
      driver: { value: '580.65' },
      gpus: { value: [card, { ...card, index: 1 }] },
    };
    const hypervisor = { ...fingerprint!.hypervisor, name: { value: 'vmware' } };
    await run(out, { fingerprint: { ...fingerprint!, gpu, hypervisor } });
    const rowsOf = (table: string) => parse(table, { columns: true }) as Record<string, string>[];
    const [summary] = rowsOf(await readFile(join(out, 'summary.csv'), 'utf8'));
    expect(summary).toMatchObject({
      run: '1',
      hypervisor: 'vmware',
      gpu: 'NVIDIA A100-PCIE-40GB',
      driver: '580.65',
    });
    const { systems } = await readResults(out);
    const [reported] = rowsOf(runsCsv(systems[0]!));
    expect(Object.keys(reported!).slice(0, Object.keys(summary!).length)).toEqual(Object.keys(summary!));
    expect(reported).toMatchObject(summary!);
  });

  it('has the peak of a run whose rate was searched', async () => {
    const out = await temporaryFolder();
    const { result } = sampleDocument();
    const unknown = { kind: 'not found', qps: Number.NaN, lowQps: Number.NaN, highQps: Number.NaN } as const;
    await run(out, { system: 'a', result: { ...result, peak: peakAt(200, { ended: 'budget' }) } });
    await run(out, {
      system: 'b',
      result: { ...result, peak: peakAt(200, { ...unknown, ended: 'stopped' }) },
    });
    const rows = parse(await readFile(join(out, 'summary.csv')), { columns: true }) as Record<
      string,
      string
    >[];
    const cells = (row: Record<string, string> | undefined) =>
      ['qps', 'low_qps', 'high_qps', 'ended', 'probes', 'search_s'].map((name) => row![`peak_${name}`]);
    expect(cells(rows[0])).toEqual(['200', '198', '202', 'budget', '2', '80']);
    expect(cells(rows[1])).toEqual(['', '', '', 'stopped', '2', '80']);
  });

  it('keeps commas, quotes, line ends and formulas as text', async () => {
    const out = await temporaryFolder();
    const reasons = ['a, "b"\nc', '=cmd'];
    await run(out, { system: '=cmd(A1)', outcome: { kind: 'invalid', reasons } });
    await run(out, { system: '+1', benchmark: '-2', model: { name: '@SUM(1,2)', weights: '\tx' } });
    const rows = parse(await readFile(join(out, 'summary.csv')), { columns: true }) as Record<
      string,
      string
    >[];
    expect(rows.map((row) => [row.system, row.benchmark, row.model, row.weights])).toEqual([
      ["'+1", "'-2", "'@SUM(1,2)", "'\tx"],
      ["'=cmd(A1)", 'bert-99', 'bert-tiny', 'seeded'],
    ]);
    expect(rows[1]).toMatchObject({ validity: 'INVALID', reasons: 'a, "b"\nc; =cmd', result: '99.5' });
  });

  it('has what a run warns of, in its words', async () => {
    const out = await temporaryFolder();
    await run(out, {
      warnings: [
        worded({ kind: 'issuer-late', share: 0.05, causes: [{ kind: 'no-free-core' }] }),
        { kind: 'earlier-version', message: 'A sentence.' },
      ],
    });
    const [row] = parse(await readFile(join(out, 'summary.csv')), { columns: true }) as Record<
      string,
      string
    >[];
    expect(row!.warnings).toBe(
      'The issuer was late by more than 1% of the latency bound for 5.0% of the queries (inference uses every core, so the issuer had to share one).; A sentence.',
    );
  });

  it('leaves a figure empty that an aborted run does not have', async () => {
    const out = await temporaryFolder();
    const { result } = sampleDocument();
    const nothing = Number.NaN;
    await run(out, {
      outcome: { kind: 'aborted', reasons: ['stopped by the user'] },
      result: { ...result, latencyMs: { ...result.latencyMs, p50: nothing, p99: nothing } },
    });
    const [row] = parse(await readFile(join(out, 'summary.csv')), { columns: true }) as Record<
      string,
      string
    >[];
    expect(row).toMatchObject({ validity: 'ABORTED', p50_ms: '', p90_ms: '20', p99_ms: '' });
  });

  it('names a run that it cannot read and goes on', async () => {
    const out = await temporaryFolder();
    const { path } = await run(out);
    await writeFile(join(path, 'run.json'), '{"schema": "baremark-run/1", "sys');
    const { problems } = await run(out);
    expect(problems).toEqual([expect.stringContaining(join(path, 'run.json'))]);
    const rows = parse(await readFile(join(out, 'summary.csv')), { columns: true }) as Record<
      string,
      string
    >[];
    expect(rows.map((row) => [row.run_folder, row.validity, row.result])).toEqual([
      ['box/bert-99/Server/performance/run_1', 'DAMAGED', ''],
      ['box/bert-99/Server/performance/run_2', 'VALID', '99.5'],
    ]);
    expect(rows[0]).toMatchObject({
      system: 'box',
      benchmark: 'bert-99',
      scenario: 'Server',
      mode: 'PerformanceOnly',
      reasons: problems[0],
    });
  });

  it('names a run whose run.json was deleted, but not one that is still going on', async () => {
    const out = await temporaryFolder();
    const { path } = await run(out);
    await rm(join(path, 'run.json'));
    await reserveRunFolder(out, 'box', 'bert-99', 'Server', 'PerformanceOnly');
    const { problems } = await run(out);
    expect(problems).toEqual([expect.stringMatching(/run_1\/run.json is not JSON .*\(it is missing\)/)]);
    const rows = parse(await readFile(join(out, 'summary.csv')), { columns: true }) as Record<
      string,
      string
    >[];
    expect(rows.map((row) => [row.run_folder, row.validity])).toEqual([
      ['box/bert-99/Server/performance/run_1', 'DAMAGED'],
      ['box/bert-99/Server/performance/run_3', 'VALID'],
    ]);
  });

  it('misses no run when many finish at once', async () => {
    const out = await temporaryFolder();
    await Promise.all(Array.from({ length: 8 }, () => run(out)));
    const rows = parse(await readFile(join(out, 'summary.csv')), { columns: true }) as unknown[];
    expect(rows).toHaveLength(8);
  });
});
