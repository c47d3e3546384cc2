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
import { hasShared, sharedPath } from '../helpers/shared.js';

const out = mkdtempSync(join(tmpdir(), 'baremark-fidelity-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

async function accuracyRun(data: readonly string[], options: Record<string, string>) {
  const plan = buildPlan({
    options: {
      scenario: ['Offline'],
      mode: 'accuracy',
      dataset: data,
      system: 'test',
      out,
      ...options,
    },
    folder: process.cwd(),
  });
  const [document] = await runPlan(plan, { onEvent: () => {}, signal: new AbortController().signal });
  return document!;
}

const images = ['coco', 'val2017-ccby'];
const absent = !hasShared(...images);
describe.skipIf(absent)(
  `fidelity on real images${absent ? ' (skipped: none beside the project)' : ''}`,
  () => {
    it('states mAP, and how far fp16 is from FP32, of SSD on the 47 real images', async () => {
      const document = await accuracyRun([sharedPath(...images)], {
        model: 'ssd-resnet34-small',
        precision: 'fp16',
        fidelity: '47',
      });
      expect(document.result.samples).toBe(47);
      expect(document.accuracy).toMatchObject({ metric: 'mAP' });
      // Random weights find nothing on purpose.
      expect(document.accuracy!.value).toBeLessThan(0.05);
      const { fidelity } = document;
      expect(fidelity).toMatchObject({ samples: 47, compared: 47, problems: [] });
      if (fidelity?.task !== 'coco') throw new Error('SSD is compared by its detections');
      expect(fidelity.matchedShare).toBeGreaterThan(0.5);
      const folder = join(out, 'test', 'ssd-resnet34-small', 'Offline', 'accuracy');
      expect(readFileSync(join(folder, 'accuracy.txt'), 'utf8')).toContain('mAP=');
      expect(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')).fidelity).toEqual(document.fidelity);
      expect(readFileSync(join(out, 'summary.csv'), 'utf8')).toContain(',mAP,');
      expect(existsSync(join(folder, 'mlperf_log_accuracy.json'))).toBe(true);
    });
  },
);

const noSquad = !hasShared('squad');
describe.skipIf(noSquad)(
  `fidelity on real questions${noSquad ? ' (skipped: none beside the project)' : ''}`,
  () => {
    it('states F1, and how far fp16 is from FP32, of BERT on the questions of one article', async () => {
      const squad = join(out, 'squad');
      mkdirSync(squad);
      copyFileSync(sharedPath('squad', 'vocab.txt'), join(squad, 'vocab.txt'));
      const { data } = JSON.parse(readFileSync(sharedPath('squad', 'dev-v1.1.json'), 'utf8')) as {
        data: unknown[];
      };
      writeFileSync(join(squad, 'dev-v1.1.json'), JSON.stringify({ version: '1.1', data: data.slice(0, 1) }));
      const document = await accuracyRun([squad], { model: 'bert-tiny', precision: 'fp16', fidelity: '200' });
      expect(document.accuracy).toMatchObject({ metric: 'F1' });
      const { fidelity } = document;
      expect(fidelity).toMatchObject({ samples: 200, compared: 200, problems: [] });
      if (fidelity?.task !== 'squad') throw new Error('BERT is compared by its answer spans');
      expect(fidelity.equalSpans).toBeGreaterThan(0.5);
      // Half precision keeps 11 bits: near, but not the same.
      expect(fidelity.largestDifference).toBeGreaterThan(0);
      expect(fidelity.largestDifference).toBeLessThan(0.1);
      expect(fidelity.meanDifference).toBeLessThan(fidelity.largestDifference!);
      expect(fidelity.met).toBe(fidelity.equalSpans >= 0.99);
    });
  },
);
