/** A log with a fault meets no target, however good the rest of its answers is. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { datasetOf } from '../../src/plan/dataset.js';
import { findBenchmark } from '../../src/plan/models.js';
import { accuracySentence } from '../../src/report/runs/accuracy-text.js';
import { judgeLog } from '../../src/run/accuracy.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-judge-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One image with one object. */
mkdirSync(join(folder, 'images'));
writeFileSync(
  join(folder, 'instances_val2017.json'),
  JSON.stringify({
    images: [{ id: 1, file_name: '1.jpg', width: 100, height: 100 }],
    categories: [{ id: 1 }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [10, 20, 30, 40], area: 1200, iscrowd: 0 }],
  }),
);

/** The object where it is, as the answer to this sample. */
function found(sample: number) {
  const detection = Float32Array.of(sample, 0.2, 0.1, 0.6, 0.4, 0.9, 1);
  return { sequence: sample, sample, data: new Uint8Array(detection.buffer) };
}

describe('the quality target', () => {
  const ssd = findBenchmark('ssd-resnet34', 'the benchmark');
  const judge = (samples: readonly number[]) =>
    judgeLog(samples.map(found), datasetOf(ssd.model, [folder]), ssd.quality);

  it('is met where every answer is right', async () => {
    const judged = await judge([0]);
    expect(judged).toMatchObject({ result: { value: expect.closeTo(1, 12), met: true }, problems: [] });
  });

  it('is missed where the log has an answer too many, though mAP is 1 all the same', async () => {
    const judged = await judge([0, 7]);
    expect(judged!.result).toMatchObject({ value: expect.closeTo(1, 12), met: false });
    expect(accuracySentence('ssd-resnet34', judged!.result)).toBe(
      'ssd-resnet34: mAP 1.00000 reaches the target of 0.19800, but does not meet it, because its log has faults.',
    );
    expect(judged!.problems.map(({ kind, count }) => [kind, count])).toEqual([['unknown sample', 1]]);
  });
});
