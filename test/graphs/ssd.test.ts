import ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { ensureModel } from '../../src/graphs/model-cache.js';
import { graphSignature, parameterCount } from '../../src/graphs/signature.js';
import type { SsdSpec } from '../../src/graphs/spec.js';
import { defaultBoxes } from '../../src/graphs/ssd/anchors.js';
import { detect } from '../../src/graphs/ssd/postprocess.js';
import type { Detections } from '../../src/graphs/ssd/suppression.js';
import { ssdTopology } from '../../src/graphs/ssd/topology.js';
import { distance, joined, open, temporaryFolder, tinySsd, uniform } from './support.js';

const folder = temporaryFolder();
const side = tinySsd.inputSize;
const published: SsdSpec = { ...tinySsd, inputSize: 1200, widthMultiplier: 1 };

/** A picture of 150 rectangles of random place, size and colour with a little noise: edges and flat parts. */
function picture(seed: number): Uint8Array {
  const next = uniform(seed);
  const pixels = new Uint8Array(side * side * 3).fill(120);
  for (let n = 0; n < 150; n++) {
    const [x, y, width, height] = [next(), next(), next() / 3, next() / 3].map((v) =>
      Math.floor(v * side),
    ) as [number, number, number, number];
    const colour = [next(), next(), next()].map((v) => v * 255);
    for (let row = y; row < Math.min(side, y + height); row++)
      for (let column = x; column < Math.min(side, x + width); column++)
        for (let c = 0; c < 3; c++) pixels[(row * side + column) * 3 + c] = colour[c]!;
  }
  return pixels.map((value) => value * 0.9 + next() * 20);
}

const pictures = [picture(31), picture(32), picture(33)];

/** The reference's preprocessing: over 255, less the mean, over the deviation, channels first. */
function normalized(pixels: Uint8Array): Float32Array {
  const mean = [0.485, 0.456, 0.406];
  const deviation = [0.229, 0.224, 0.225];
  const out = new Float32Array(pixels.length);
  for (let i = 0; i < side * side; i++)
    for (let c = 0; c < 3; c++)
      out[c * side * side + i] = (pixels[i * 3 + c]! / 255 - mean[c]!) / deviation[c]!;
  return out;
}

async function run(spec: SsdSpec, images: readonly Uint8Array[]): Promise<ort.InferenceSession.ReturnType> {
  const session = await open((await ensureModel(spec, folder)).path);
  const image =
    spec.input === 'uint8-nhwc'
      ? new ort.Tensor('uint8', joined(images), [images.length, side, side, 3])
      : new ort.Tensor('float32', joined(images.map(normalized)), [images.length, 3, side, side]);
  const out = await session.run({ image });
  await session.release();
  return out;
}

async function detections(spec: SsdSpec, images: readonly Uint8Array[]): Promise<Detections> {
  const out = await run(spec, images);
  return {
    bboxes: out.bboxes!.data as Float32Array,
    labels: out.labels!.data as BigInt64Array,
    scores: out.scores!.data as Float32Array,
  };
}

describe('the published network', () => {
  it('has grids of 50, 25, 13, 7, 3 and 3, and 15,130 anchors', () => {
    const { grids, anchors } = ssdTopology(published);
    expect(grids).toEqual([50, 25, 13, 7, 3, 3]);
    expect(anchors).toBe(15130);
  });

  it('takes 433 billion operations an image (Reddi et al., MLPerf Inference Benchmark, 2020, table 1)', () => {
    const { stages, extras, featureChannels, grids } = ssdTopology(published);
    let products = 600 ** 2 * 64 * 3 * 49;
    let [from, place] = [64, 300];
    for (const { channels, blocks, stride } of stages) {
      place /= stride;
      products += place ** 2 * channels * 9 * (from + (2 * blocks - 1) * channels);
      if (from !== channels) products += place ** 2 * from * channels;
      from = channels;
    }
    const sides = [150, 75, 38, 19, 9, 7];
    extras.forEach(({ inner, outer }, i) => {
      products += sides[i]! ** 2 * featureChannels[i]! * inner + sides[i + 1]! ** 2 * inner * 9 * outer;
    });
    grids.forEach((grid, i) => {
      products += grid ** 2 * featureChannels[i]! * 9 * [4, 6, 6, 6, 4, 4][i]! * (81 + 4);
    });
    expect(Math.round((2 * products) / 1e9)).toBe(433);
  });

  it('has the parameters of its layers, counted by hand', () => {
    const conv = (from: number, to: number, kernel: number) => from * to * kernel * kernel + to;
    const stage = (from: number, to: number, blocks: number) =>
      conv(from, to, 3) + (2 * blocks - 1) * conv(to, to, 3) + (from === to ? 0 : conv(from, to, 1));
    const backbone = conv(3, 64, 7) + stage(64, 64, 3) + stage(64, 128, 4) + stage(128, 256, 6);
    const extra = (from: number, inner: number, outer: number) =>
      conv(from, inner, 1) + conv(inner, outer, 3);
    const extras =
      extra(256, 256, 512) + extra(512, 256, 512) + extra(512, 128, 256) + 2 * extra(256, 128, 256);
    const heads = [
      [256, 4],
      [512, 6],
      [512, 6],
      [256, 6],
      [256, 4],
      [256, 4],
    ].reduce((sum, [from, boxes]) => sum + conv(from!, boxes! * 4, 3) + conv(from!, boxes! * 81, 3), 0);
    expect(parameterCount(published)).toBe(backbone + extras + heads);
  });

  it('has the default boxes of the reference', () => {
    const boxes = defaultBoxes(1200, [50, 25, 13, 7, 3, 3]);
    expect(boxes.length).toBe(15130 * 4);
    const at = (i: number) => [...boxes.subarray(i * 4, i * 4 + 4)].map((value) => value * 1200);
    const close = (actual: number[], expected: number[]) =>
      actual.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]!, 3);
      });
    // Scales 21, 45, 99, ... of 300 pixels are sides of 84, 180, 396, ... of 1200; steps 24, 48, 92, 171, 400, 400.
    close(at(0), [12, 12, 84, 84]);
    close(at(51), [36, 36, 84, 84]);
    close(at(2500), [12, 12, Math.sqrt(84 * 180), Math.sqrt(84 * 180)]);
    close(at(5000), [12, 12, 84 * Math.SQRT2, 84 / Math.SQRT2]);
    close(at(10000 + 4 * 625), [24, 24, 180 * Math.sqrt(3), 180 / Math.sqrt(3)]);
    close(at(13750), [46, 46, 396, 396]);
    close(at(14764), [85.5, 85.5, 612, 612]);
    // The last: third row and column of the last grid, standing 1:2, of side 1044.
    close(at(15129), [1000, 1000, 1044 / Math.SQRT2, 1044 * Math.SQRT2]);
  });
});

describe('a small sibling', () => {
  it('scales the grids by the same arithmetic', () => {
    // 385: 193 after the stem, 97 after pooling, 49 in the third stage; then 25, 13, 7, 3, 1. Heads take every third.
    expect(ssdTopology({ inputSize: 385 }).grids).toEqual([17, 9, 5, 3, 1, 1]);
    expect(ssdTopology({ inputSize: 385 }).anchors).toBe(4 * 289 + 6 * (81 + 25 + 9) + 4 + 4);
  });

  it('finds many and various objects, each inside its bounds', async () => {
    const { bboxes, labels, scores } = await detections(tinySsd, pictures);
    for (let image = 0; image < 3; image++) {
      const found = scores.subarray(image * 200, (image + 1) * 200).filter((score) => score > 0).length;
      expect(found).toBeGreaterThan(50);
      const kinds = new Set(labels.subarray(image * 200, image * 200 + found));
      expect(kinds.size).toBeGreaterThan(5);
    }
    scores.forEach((score, i) => {
      if (i % 200 > 0) expect(score).toBeLessThanOrEqual(scores[i - 1]!);
      if (score === 0) {
        expect(labels[i]).toBe(0n);
        expect([...bboxes.subarray(i * 4, i * 4 + 4)]).toEqual([0, 0, 0, 0]);
        return;
      }
      expect(score).toBeGreaterThan(0.05);
      expect(labels[i]! >= 1n && labels[i]! <= 80n).toBe(true);
      const [left, top, right, bottom] = bboxes.subarray(i * 4, i * 4 + 4);
      expect(right!).toBeGreaterThan(left!);
      expect(bottom!).toBeGreaterThan(top!);
    });
  });

  it('gives an image the same detections in any batch', async () => {
    const together = await detections(tinySsd, pictures);
    for (const [i, one] of pictures.entries()) {
      const alone = await detections(tinySsd, [one]);
      expect(distance(alone.scores, together.scores.subarray(i * 200, (i + 1) * 200))).toBeLessThan(1e-5);
      expect(distance(alone.bboxes, together.bboxes.subarray(i * 800, (i + 1) * 800))).toBeLessThan(1e-5);
      expect([...alone.labels]).toEqual([...together.labels.subarray(i * 200, (i + 1) * 200)]);
    }
  });

  it('ends in the same detections when the host finishes the work', async () => {
    const inGraph = await detections(tinySsd, pictures);
    const out = await run({ ...tinySsd, nms: 'host' }, pictures);
    const heads = (name: string) => out[name]!.data as Float32Array;
    const { grids } = ssdTopology(tinySsd);
    const onHost = detect(heads('head_boxes'), heads('head_scores'), defaultBoxes(side, grids), 3);
    expect(distance(onHost.scores, inGraph.scores)).toBeLessThan(1e-5);
    expect(distance(onHost.bboxes, inGraph.bboxes)).toBeLessThan(1e-4);
    expect([...onHost.labels]).toEqual([...inGraph.labels]);
  });

  it('takes bytes as it takes the same image normalized beforehand', async () => {
    const host = { ...tinySsd, nms: 'host' } as const;
    const bytes = await run(host, pictures);
    const floats = await run({ ...host, input: 'float-nchw' }, pictures);
    for (const name of ['head_boxes', 'head_scores'])
      expect(distance(bytes[name]!.data as Float32Array, floats[name]!.data as Float32Array)).toBeLessThan(
        1e-3,
      );
  });

  it('keeps its scores in fp16', async () => {
    const host = { ...tinySsd, nms: 'host' } as const;
    const single = (await run(host, pictures)).head_scores!.data as Float32Array;
    const half = (await run({ ...host, precision: 'fp16' }, pictures)).head_scores!.data as Float32Array;
    expect(distance(single, half)).toBeLessThan(0.1);
    const unlike = await run(host, [pictures[1]!, pictures[2]!, pictures[0]!]);
    expect(distance(single, unlike.head_scores!.data as Float32Array)).toBeGreaterThan(1);
  });

  it('declares its inputs and outputs as ONNX Runtime sees them', async () => {
    for (const spec of [
      tinySsd,
      { ...tinySsd, nms: 'host' },
      { ...tinySsd, input: 'float-nchw' },
    ] as SsdSpec[]) {
      const session = await open((await ensureModel(spec, folder)).path);
      const described = (metadata: readonly ort.InferenceSession.ValueMetadata[]) =>
        metadata.map((value) => value.isTensor && { name: value.name, type: value.type, dims: value.shape });
      expect(described(session.inputMetadata)).toEqual(graphSignature(spec).inputs);
      expect(described(session.outputMetadata)).toEqual(graphSignature(spec).outputs);
      await session.release();
    }
  });
});
