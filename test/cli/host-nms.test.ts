import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunDocument } from '../../src/results/types.js';
import { uniform } from '../graphs/support.js';
import { baremark } from './baremark.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-nms-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const count = 6;
const data = join(folder, 'data');

/** Pictures of coarse random patches, so that detections differ from one to the next. */
beforeAll(async () => {
  mkdirSync(join(data, 'images'), { recursive: true });
  mkdirSync(join(data, 'annotations'));
  const images = [];
  for (let id = 1; id <= count; id++) {
    const next = uniform(id);
    const patches = Buffer.from(Uint8Array.from({ length: 9 * 7 * 3 }, () => 256 * next()));
    const name = `${id}.png`;
    await sharp(patches, { raw: { width: 9, height: 7, channels: 3 } })
      .resize(320, 240, { kernel: 'nearest' })
      .toFile(join(data, 'images', name));
    images.push({ id, file_name: name, width: 320, height: 240 });
  }
  writeFileSync(
    join(data, 'annotations', 'instances_val2017.json'),
    JSON.stringify({ images, annotations: [], categories: [{ id: 1, name: 'person' }] }),
  );
});

async function run(nms: string, ...flags: string[]) {
  const what = ['--model', 'ssd-resnet34-small', '--scenario', 'Offline', '--graph-option', `nms=${nms}`];
  const where = ['--dataset', data, '--out', folder, '--system', nms, '--json'];
  const { code, stdout, stderr } = await baremark(folder, 'run', ...what, ...where, ...flags);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return (JSON.parse(stdout) as RunDocument[])[0]!;
}

/** Detections of each picture in their order: the picture, four edges, score and class, as the log of the run holds them. */
async function detections(nms: string): Promise<number[][][]> {
  const document = await run(nms, '--mode', 'accuracy', '--max-batch', '4');
  expect(document).toMatchObject({ model: { graph: { nms } }, result: { samples: count, failed: 0 } });
  const log = join(folder, nms, 'ssd-resnet34-small', 'Offline', 'accuracy', 'mlperf_log_accuracy.json');
  const entries = JSON.parse(readFileSync(log, 'utf8')) as { qsl_idx: number; data: string }[];
  return entries
    .toSorted((a, b) => a.qsl_idx - b.qsl_idx)
    .map((entry) => {
      const bytes = Uint8Array.from(Buffer.from(entry.data, 'hex'));
      const values = [...new Float32Array(bytes.buffer)];
      return Array.from({ length: values.length / 7 }, (_, i) => values.slice(7 * i, 7 * i + 7));
    });
}

describe('--graph-option nms=host', () => {
  it('gives the detections of the graph: same boxes, classes and order, scores to 1e-6', async () => {
    const [graph, host] = [await detections('graph'), await detections('host')];
    expect(graph.map((one) => one.length).reduce((a, b) => a + b)).toBeGreaterThan(20 * count);
    expect(host.map((one) => one.length)).toEqual(graph.map((one) => one.length));
    const apart = graph.flatMap((one, picture) =>
      one.map(([image, ...fields], i) => {
        const [otherImage, ...other] = host[picture]![i]!;
        expect([otherImage, other[5]], `detection ${i} of picture ${picture}`).toEqual([image, fields[5]]);
        return Math.max(...fields.map((field, j) => Math.abs(field - other[j]!)));
      }),
    );
    expect(Math.max(...apart)).toBeLessThan(1e-6);
  });

  it('works in performance mode too, and the result names it', async () => {
    const document = await run('host', '--min-duration', '1ms', '--min-queries', '8', '--target-qps', '8');
    expect(document).toMatchObject({
      outcome: { kind: 'valid' },
      model: { graph: { input: 'float-nchw', nms: 'host' } },
    });
  });
});
