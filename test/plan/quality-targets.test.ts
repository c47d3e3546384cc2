/** The catalogue of models is the one home of quality targets: what it says decides every verdict. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QualityTargets } from '../../src/accuracy/quality.js';
import type { SampleResponse } from '../../src/loadgen/index.js';
import { qualityTargets, readCatalogue } from '../../src/plan/models.js';
import { readResults } from '../../src/results/read/results.js';
import { judgeLog } from '../../src/run/accuracy.js';
import { conclude } from '../../src/run/conclude.js';
import { summaryText } from '../results/mlperf-logs.js';
import { everyMs, finishedRun, phaseResult, planned } from '../run/hand-made.js';

const models = fileURLToPath(new URL('../../models/', import.meta.url));
let dir: string;
let squad: string;
/** The targets as they are, and those of a catalogue in which bert-large.yaml asks for 99% of an F1 of 50. */
let targets: QualityTargets;
let edited: QualityTargets;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'baremark-targets-'));
  const catalogue = join(dir, 'models');
  cpSync(models, catalogue, { recursive: true });
  const file = join(catalogue, 'bert-large.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('reference: 90.874', 'reference: 50'));
  targets = qualityTargets(readCatalogue());
  edited = qualityTargets(readCatalogue(catalogue));
  squad = join(dir, 'squad');
  mkdirSync(squad);
  const vocab = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'which', '?', 'red', 'green', 'blue'];
  writeFileSync(join(squad, 'vocab.txt'), vocab.join('\n'));
  const question = (id: string, text: string, start: number) => ({
    id,
    question: 'which?',
    answers: [{ text, answer_start: start }],
  });
  const qas = [question('a', 'green', 4), question('b', 'blue', 10)];
  const data = [{ title: 't', paragraphs: [{ context: 'red green blue', qas }] }];
  writeFileSync(join(squad, 'dev-v1.1.json'), JSON.stringify({ version: '1.1', data }));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** `[CLS] which ? [SEP] red green blue [SEP]`: one token stands out, which is the answer. */
function answering(sequence: number, token: number): SampleResponse {
  const pairs = new Float32Array(2 * 384);
  pairs.fill(10, 2 * token, 2 * token + 2);
  return { sequence, sample: sequence, data: new Uint8Array(pairs.buffer) };
}

/** "green" to both questions: right once of twice, an F1 of 50. */
const responses = [answering(0, 5), answering(1, 5)];

describe('an F1 of 50', () => {
  it('misses the target of bert-99, and meets it once models/bert-large.yaml asks for less', async () => {
    const dataset = { kind: 'squad', dir: squad } as const;
    const verdict = async (from: QualityTargets) =>
      (await judgeLog(responses, dataset, from.get('bert-99')))!.result;
    // 0.99 × 90.874 and 0.99 × 50.
    expect(await verdict(targets)).toEqual({
      metric: 'F1',
      value: 50,
      target: expect.closeTo(89.96526, 9),
      met: false,
    });
    expect(await verdict(edited)).toMatchObject({ value: 50, target: 49.5, met: true });
  });

  it('is judged by the target that the plan carries', async () => {
    const run = planned({ mode: 'accuracy', dataset: squad });
    expect(run.quality).toEqual(targets.get('bert-99'));
    const accuracyOf = async (quality: typeof run.quality) => {
      const phases = [phaseResult(everyMs(2, () => 1))];
      const finished = await finishedRun({ ...run, quality }, phases, responses);
      return (await conclude(finished)).document.accuracy;
    };
    expect(await accuracyOf(run.quality)).toMatchObject({ value: 50, met: false });
    expect(await accuracyOf(edited.get('bert-99'))).toMatchObject({ value: 50, met: true });
    expect(await accuracyOf(undefined)).toEqual({ metric: 'F1', value: 50 });
  });

  it('in a submission is judged by the targets that its reader is given', async () => {
    const accuracy = join(dir, 'submission', 'box', 'bert-99', 'Offline', 'accuracy');
    mkdirSync(accuracy, { recursive: true });
    writeFileSync(join(accuracy, 'accuracy.txt'), '{"exact_match": 50.0, "f1": 50.0}\n');
    const performance = join(dir, 'submission', 'box', 'bert-99', 'Offline', 'performance', 'run_1');
    mkdirSync(performance, { recursive: true });
    writeFileSync(join(performance, 'mlperf_log_summary.txt'), summaryText({ scenario: 'Offline' }));
    const accuracyBy = async (from?: QualityTargets) =>
      (await readResults(join(dir, 'submission'), from)).systems[0]!.runs[0]!.accuracy;
    expect(await accuracyBy(targets)).toMatchObject({ value: 50, met: false });
    expect(await accuracyBy(edited)).toMatchObject({ value: 50, target: 49.5, met: true });
    expect(await accuracyBy()).toEqual({ metric: 'F1', value: 50 });
  });
});

it('a fault in the log meets no target', async () => {
  const twice = [...responses, answering(1, 5)];
  const judged = await judgeLog(twice, { kind: 'squad', dir: squad }, edited.get('bert-99'));
  expect(judged!.problems.map(({ kind }) => kind)).toEqual(['duplicated']);
  expect(judged!.result.met).toBe(false);
});
