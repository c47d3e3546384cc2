import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import { runPlan } from '../../src/run/index.js';
import { hasShared, sharedPath } from '../helpers/shared.js';

const out = mkdtempSync(join(tmpdir(), 'baremark-fidelity-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

async function accuracyRun(data: string[], options: Record<string, string>) {
  const plan = buildPlan({
    options: {
      scenario: ['Offline'],
      mode: 'accuracy',
      dataset: [sharedPath(...data)],
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
      const document = await accuracyRun(images, {
        model: 'ssd-resnet34-small',
        precision: 'fp16',
        fidelity: '47',
      });
      expect(document.result.samples).toBe(47);
      expect(document.accuracy).toMatchObject({ metric: 'mAP' });
      // Random weights find nothing on purpose.
      expect(document.accuracy!.value).toBeLessThan(0.05);
      expect(document.fidelity).toMatchObject({ samples: 47, compared: 47, problems: [] });
      expect(document.fidelity!.matchedShare).toBeGreaterThan(0.5);
      const folder = join(out, 'test', 'ssd-resnet34-small', 'Offline', 'accuracy');
      expect(readFileSync(join(folder, 'accuracy.txt'), 'utf8')).toContain('mAP=');
      expect(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')).fidelity).toEqual(document.fidelity);
      expect(readFileSync(join(out, 'summary.csv'), 'utf8')).toContain(',mAP,');
      expect(existsSync(join(folder, 'mlperf_log_accuracy.json'))).toBe(true);
    });
  },
);
