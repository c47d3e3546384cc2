import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import { runPlan } from '../../src/run/index.js';
import { goldenPath } from '../helpers/golden.js';
import { itWithShared, sharedPath } from '../helpers/shared.js';

const home = mkdtempSync(join(tmpdir(), 'baremark-fidelity-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function accuracyRun(out: string, dir: string, options: Record<string, string>) {
  const plan = buildPlan({
    options: {
      scenario: ['Offline'],
      mode: 'accuracy',
      dataset: [dir],
      system: 'test',
      out,
      ...options,
    },
    folder: process.cwd(),
  });
  const [document] = await runPlan(plan, { onEvent: () => {}, signal: new AbortController().signal });
  return document!;
}

/** SSD on images: mAP, and how far fp16 is from FP32. */
async function expectImageFidelity(dir: string, count: number): Promise<void> {
  const out = mkdtempSync(join(home, 'images-'));
  const document = await accuracyRun(out, dir, {
    model: 'ssd-resnet34-small',
    precision: 'fp16',
    fidelity: String(count),
  });
  expect(document.result.samples).toBe(count);
  expect(document.accuracy).toMatchObject({ metric: 'mAP' });
  // Random weights find nothing on purpose.
  expect(document.accuracy!.value).toBeLessThan(0.05);
  const { fidelity } = document;
  expect(fidelity).toMatchObject({ samples: count, compared: count, problems: [] });
  if (fidelity?.task !== 'coco') throw new Error('SSD is compared by its detections');
  expect(fidelity.matchedShare).toBeGreaterThan(0.5);
  const folder = join(out, 'test', 'ssd-resnet34-small', 'Offline', 'accuracy');
  expect(readFileSync(join(folder, 'accuracy.txt'), 'utf8')).toContain('mAP=');
  expect(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')).fidelity).toEqual(document.fidelity);
  expect(readFileSync(join(out, 'summary.csv'), 'utf8')).toContain(',mAP,');
  expect(existsSync(join(folder, 'mlperf_log_accuracy.json'))).toBe(true);
}

/** BERT on questions: F1, and how far fp16 is from FP32. */
async function expectQuestionFidelity(dir: string, count: number): Promise<void> {
  const out = mkdtempSync(join(home, 'questions-'));
  const options = { model: 'bert-tiny', precision: 'fp16', fidelity: String(count) };
  const { accuracy, fidelity } = await accuracyRun(out, dir, options);
  expect(accuracy).toMatchObject({ metric: 'F1' });
  expect(fidelity).toMatchObject({ samples: count, compared: count, problems: [] });
  if (fidelity?.task !== 'squad') throw new Error('BERT is compared by its answer spans');
  expect(fidelity.equalSpans).toBeGreaterThan(0.5);
  // Half precision keeps 11 bits: near, but not the same.
  expect(fidelity.largestDifference).toBeGreaterThan(0);
  expect(fidelity.largestDifference).toBeLessThan(0.1);
  expect(fidelity.meanDifference).toBeLessThan(fidelity.largestDifference!);
  expect(fidelity.met).toBe(fidelity.equalSpans >= 0.99);
}

describe('fidelity', () => {
  it('is stated with mAP of SSD on drawn images', () => expectImageFidelity(goldenPath('coco'), 6));

  it('is stated with F1 of BERT on questions of our own', () =>
    expectQuestionFidelity(goldenPath('squad'), 24));

  itWithShared(['coco/val2017-ccby'], 'is stated with mAP of SSD on 47 real images', () =>
    expectImageFidelity(sharedPath('coco', 'val2017-ccby'), 47),
  );

  itWithShared(
    ['squad'],
    "is stated with F1 of BERT on the questions of one of SQuAD's articles",
    async () => {
      const squad = join(home, 'squad');
      mkdirSync(squad);
      copyFileSync(sharedPath('squad', 'vocab.txt'), join(squad, 'vocab.txt'));
      const { data } = JSON.parse(readFileSync(sharedPath('squad', 'dev-v1.1.json'), 'utf8')) as {
        data: unknown[];
      };
      writeFileSync(join(squad, 'dev-v1.1.json'), JSON.stringify({ version: '1.1', data: data.slice(0, 1) }));
      await expectQuestionFidelity(squad, 200);
    },
  );
});
