import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readResults } from '../../src/results/read/results.js';
import type { ResultRun } from '../../src/results/types.js';
import { detailText, type Figures, rates, summaryText, writeLogs } from './mlperf-logs.js';
import { sampleDocument, temporaryFolder } from './sample-run.js';

const server: Figures = { scenario: 'Server' };

async function read(out: string): Promise<{ runs: readonly ResultRun[]; problems: readonly string[] }> {
  const { systems, problems } = await readResults(out);
  return { runs: systems.flatMap(({ runs }) => runs), problems };
}

/** Reads a run whose logs were changed: no run, and the one problem. */
async function refused(texts: Parameters<typeof writeLogs>[2], figures: Figures = server): Promise<string> {
  const out = await temporaryFolder();
  await writeLogs(out, figures, texts);
  const { runs, problems } = await read(out);
  expect(runs).toEqual([]);
  expect(problems).toHaveLength(1);
  return problems[0]!;
}

describe('a summary that cannot be trusted gives a sentence and no number', () => {
  const text = summaryText(server);
  it.each([
    ['cut off in its figures', text.slice(0, 700), /is cut off or damaged/],
    [
      'cut off before the parameters',
      text.slice(0, text.indexOf('Test Parameters')),
      /is cut off or damaged/,
    ],
    ['empty', '', /is empty/],
    ['of an accuracy run', 'No warnings encountered during test.\n', /not the summary of a performance run/],
    ['NaN for a rate', text.replace('7871.94', 'nan'), /"nan" for "Scheduled samples per second"/],
    ['a negative rate', text.replace('7871.94', '-7871.94'), /"-7871.94".*not a number of 0 or more/],
    ['an infinite latency', text.replace('104000497', 'inf'), /"inf"/],
    [
      'a latency twice',
      text.replace('Mean lat', '99.00 percentile latency (ns)   : 1\nMean lat'),
      /says both/,
    ],
    [
      'a verdict twice',
      text.replace('Result is : VALID', 'Result is : VALID\nResult is : INVALID'),
      /says both/,
    ],
    ['two runs', text + text, /holds 2 runs in one file/],
    [
      'an unknown verdict',
      text.replace('Result is : VALID', 'Result is : MAYBE'),
      /neither VALID nor INVALID/,
    ],
    ['VALID with a NO', text.replace('queries satisfied : Yes', 'queries satisfied : NO'), /says VALID and/],
    ['latencies that fall', text.replace('104000497', '4000497'), /do not rise/],
    ['another scenario', summaryText({ scenario: 'Offline' }), /Offline but is in a folder for Server/],
    [
      'a figure unlike its detail log',
      text.replace('7871.94', '7971.94'),
      /7971.94 .* detail log says 7871.94/,
    ],
  ])('%s', async (_, summary, sentence) => {
    expect(await refused({ summary })).toMatch(sentence);
  });

  it('binary bytes', async () => {
    const bytes = Buffer.from(text);
    bytes[300] = 0;
    expect(await refused({ summary: bytes })).toMatch(/bytes that are not text/);
    bytes[300] = 0xff;
    expect(await refused({ summary: bytes })).toMatch(/not UTF-8/);
  });

  it('missing, beside a detail log', async () => {
    expect(await refused({ summary: null })).toMatch(/mlperf_log_summary.txt is missing/);
  });

  it('two runs in one detail log', async () => {
    const other = detailText(server).replaceAll('7871.94', '7000.01');
    expect(await refused({ detail: detailText(server) + other })).toMatch(
      /two runs were logged into one file/,
    );
  });

  it('MultiStream before v1.1, which counts streams', async () => {
    const summary = text
      .replace('Scenario : Server', 'Scenario : Multi Stream')
      .replace(/Scheduled.*\n/, 'Samples per query : 32\n');
    const out = await temporaryFolder();
    const folder = join(out, 'box', 'resnet', 'MultiStream', 'performance', 'run_1');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'mlperf_log_summary.txt'), summary);
    const { runs, problems } = await read(out);
    expect(runs).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('counts streams')]);
  });
});

describe('what leaves the figures right leaves the run', () => {
  it('CRLF line ends', async () => {
    const out = await temporaryFolder();
    const crlf = (text: string) => text.replaceAll('\n', '\r\n');
    await writeLogs(out, server, { summary: crlf(summaryText(server)), detail: crlf(detailText(server)) });
    const { runs, problems } = await read(out);
    expect(problems).toEqual([]);
    expect(runs[0]!.throughput?.value).toBe(rates.scheduled);
    expect(runs[0]!.settings.effective.qsl_rng_seed).toBe('10051496985653635065');
  });

  it('a key that comes twice with one value', async () => {
    const out = await temporaryFolder();
    const summary = summaryText(server).replace('Result is : VALID', 'Result is : VALID\nResult is : VALID');
    await writeLogs(out, server, { summary });
    expect((await read(out)).runs).toHaveLength(1);
  });

  it('a missing detail log, with a sentence', async () => {
    const out = await temporaryFolder();
    await writeLogs(out, server, { detail: null });
    const { runs, problems } = await read(out);
    expect(runs[0]).toMatchObject({ throughput: { value: rates.scheduled }, settings: { effective: {} } });
    expect(runs[0]!.queries).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(/detail.txt is missing; the settings .* not known/)]);
  });

  it('a detail log cut off in a line, with a sentence', async () => {
    const out = await temporaryFolder();
    const detail = detailText(server);
    await writeLogs(out, server, { detail: detail.slice(0, detail.indexOf('result_validity') - 20) });
    const { runs, problems } = await read(out);
    expect(runs[0]!.throughput?.value).toBe(rates.scheduled);
    expect(problems).toEqual([expect.stringMatching(/damaged line/), expect.stringMatching(/cut off/)]);
  });

  it('a detail log of 400 MB, read by its ends', async () => {
    const out = await temporaryFolder();
    const folder = await writeLogs(out, server, { detail: null });
    const lines = detailText(server).split('\n');
    const half = lines.findIndex((line) => line.includes('result_validity'));
    const file = await open(join(folder, 'mlperf_log_detail.txt'), 'w');
    const noise = `${':::MLLOG {"key": "generic_message", "value": "x"}\n'.repeat(100_000)}`;
    await file.write(`${lines.slice(0, half).join('\n')}\n${noise}`);
    await file.truncate(400_000_000);
    await file.write(`\n${noise}${lines.slice(half).join('\n')}`, 400_000_000);
    await file.close();
    const { runs, problems } = await read(out);
    expect(problems).toEqual([]);
    expect(runs[0]!.queries).toBe(4_723_166);
  });
});

describe('a folder that is not as it should be', () => {
  it('two runs in one run folder', async () => {
    const out = await temporaryFolder();
    const folder = await writeLogs(out, server);
    await writeFile(join(folder, 'mlperf_log_summary (2).txt'), summaryText(server));
    const { runs, problems } = await read(out);
    expect(runs).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(/run_1 holds 2 runs .* its own folder run_N/)]);
  });

  it('logs outside run_N, and a folder of another name', async () => {
    const out = await temporaryFolder();
    const folder = await writeLogs(out, server);
    await writeFile(join(folder, '..', 'mlperf_log_summary.txt'), summaryText(server));
    await mkdir(join(folder, '..', 'old'));
    const { runs, problems } = await read(out);
    expect(runs).toHaveLength(1);
    expect(problems).toEqual([
      expect.stringMatching(/outside a folder run_N/),
      expect.stringMatching(/old is not named/),
    ]);
  });

  it('an accuracy run alone', async () => {
    const out = await temporaryFolder();
    const folder = join(out, 'box', 'bert-99', 'Server', 'accuracy');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'accuracy.txt'), '{"exact_match": 83.1, "f1": 90.4}\n');
    const { runs, problems } = await read(out);
    expect(runs).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('only an accuracy run')]);
  });

  it('two evaluations in one accuracy.txt', async () => {
    const out = await temporaryFolder();
    const folder = join(await writeLogs(out, server), '..', '..', 'accuracy');
    await mkdir(folder);
    await writeFile(join(folder, 'accuracy.txt'), '{"f1": 90.4}\n{"f1": 80.1}\n');
    const { runs, problems } = await read(out);
    expect(runs[0]!.accuracy).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining('both F1 90.4 and F1 80.1')]);
  });

  it.each([
    ['{"exact_match": 83.1, "f1": 101}', 'F1 101,'],
    ['{"f1": 107.4}', 'F1 107.4,'],
    ['{"f1": -3}', 'F1 -3,'],
    ['{"f1": 90.8.7}', 'F1 90.8.7,'],
    ['mAP=100.001%', 'mAP 100.001,'],
    ['accuracy=760.1%, good=1, total=1', 'accuracy 760.1,'],
  ])('an accuracy that is no percentage: %s', async (line, named) => {
    const out = await temporaryFolder();
    const folder = join(await writeLogs(out, server), '..', '..', 'accuracy');
    await mkdir(folder);
    await writeFile(join(folder, 'accuracy.txt'), `${line}\n`);
    const { runs, problems } = await read(out);
    expect(runs[0]!.accuracy).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining(`${named} which is not from 0 to 100%`)]);
  });

  it.each([
    ['1e2', 100],
    ['100', 100],
    ['0.0', 0],
  ])('but an F1 of %s is one', async (f1, value) => {
    const out = await temporaryFolder();
    const folder = join(await writeLogs(out, server), '..', '..', 'accuracy');
    await mkdir(folder);
    await writeFile(join(folder, 'accuracy.txt'), `{"f1": ${f1}}\n`);
    const { runs, problems } = await read(out);
    expect([runs[0]!.accuracy?.value, problems]).toEqual([value, []]);
  });

  it.each([
    ['half-written', '{"schema": "baremark-run/1", "system": "bo', /is not JSON or half-written/],
    ['of a later version', '{"schema": "baremark-run/9"}', /"baremark-run\/9" where this baremark reads/],
    ['null', 'null', /has the schema/],
    ['without figures', '{"schema": "baremark-run/1"}', /is not a run's document: system/],
    [
      'with a negative figure',
      JSON.stringify(sampleDocument()).replace('"value":99.5', '"value":-99.5'),
      /result.value/,
    ],
    [
      'of another benchmark',
      JSON.stringify(sampleDocument({ benchmark: 'other' })),
      /is a run of other Server/,
    ],
  ])('a run.json %s', async (_, text, sentence) => {
    const out = await temporaryFolder();
    const folder = await writeLogs(out, server);
    await writeFile(join(folder, 'run.json'), text);
    const { runs, problems } = await read(out);
    expect(runs).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(sentence)]);
  });

  it('a run of ours that was cut off', async () => {
    const out = await temporaryFolder();
    const folder = await writeLogs(out, server);
    await writeFile(join(folder, 'queries.arrow'), '');
    await mkdir(join(folder, '..', 'run_2'));
    const { runs, problems } = await read(out);
    expect(runs).toEqual([]);
    expect(problems).toEqual([
      expect.stringMatching(/run_1 has no finished run/),
      expect.stringMatching(/run_2 has no finished run/),
    ]);
  });

  it('a broken system description', async () => {
    const out = await temporaryFolder();
    await writeLogs(out, server);
    await mkdir(join(out, 'systems'));
    await writeFile(join(out, 'systems', 'box.json'), '{"submitter": ');
    const { systems, problems } = await readResults(out);
    expect(systems[0]!.description).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining('cannot be read as a system description')]);
  });

  it('nothing there, a file, and a folder without results', async () => {
    const out = await temporaryFolder();
    await writeFile(join(out, 'file'), '');
    const sentences = [
      [join(out, 'none'), 'does not exist'],
      [join(out, 'file'), 'is not a folder'],
      [out, 'holds no results'],
    ] as const;
    for (const [path, sentence] of sentences)
      await expect(readResults(path)).rejects.toMatchObject({
        code: 'BAD_RESULTS',
        message: expect.stringContaining(sentence),
      });
  });

  it('copies of a run among its repeats, which count once', async () => {
    const out = await temporaryFolder();
    const first = await writeLogs(out, server);
    const copy = await writeLogs(out, server, {}, { run: 'run_2' });
    const detail = detailText(server).replace('2021-08-11', '2021-08-12');
    await writeLogs(out, server, { detail }, { run: 'run_3' });
    const { runs, problems } = await read(out);
    expect(runs.map(({ runNumber }) => runNumber)).toEqual([1, 3]);
    expect(problems).toEqual([`${copy} is a copy of ${first}, so it was left out and counts once.`]);
  });

  it('thousands of files and hundreds of runs', async () => {
    const out = await temporaryFolder();
    const folder = await writeLogs(out, server);
    for (let i = 0; i < 4_000; i++) await writeFile(join(folder, `core.${i}`), '');
    for (let i = 2; i <= 300; i++) {
      // Each with a start of its own: they would be copies otherwise.
      const detail = detailText(server).replace('2021-08-11T00', `2021-08-11T${i}`);
      await writeLogs(out, server, { detail }, { run: `run_${i}` });
    }
    const { runs, problems } = await read(out);
    expect(problems).toEqual([]);
    expect(runs.map(({ runNumber }) => runNumber)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    await rm(out, { recursive: true });
  });
});
