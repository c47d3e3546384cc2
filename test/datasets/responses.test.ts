import { describe, expect, it } from 'vitest';
import { BaremarkError } from '../../src/base/errors.js';
import type { Tensor } from '../../src/base/tensor.js';
import { encodeResponses } from '../../src/datasets/responses.js';

const floats = (bytes: Uint8Array | undefined) => new Float32Array(bytes!.slice().buffer);
const logits = (values: number[], rows: number): Tensor => ({
  type: 'float32',
  dims: [rows, values.length / rows],
  data: Float32Array.from(values),
});

describe('responses of SQuAD', () => {
  const outputs = {
    output_start_logits: logits([1, 2, 3, 4, 5, 6], 2),
    output_end_logits: logits([-1, -2, -3, -4, -5, -6], 2),
  };

  it('are 384 pairs of start and end logit, −10000 where nothing was computed', () => {
    const responses = encodeResponses('squad-logits', outputs, 2, [9, 3]);
    expect(responses.map(({ byteLength }) => byteLength)).toEqual([3072, 3072]);
    const second = floats(responses[1]);
    expect(Array.from(second.subarray(0, 8))).toEqual([4, -4, 5, -5, 6, -6, -10000, -10000]);
    expect(second.subarray(6).every((value) => value === -10000)).toBe(true);
  });

  it('do not depend on how far a batch padded a sample', () => {
    const [first] = encodeResponses('squad-logits', outputs, 2, [9, 3], [2, 3]);
    expect(Array.from(floats(first).subarray(0, 6))).toEqual([1, -1, 2, -2, -10000, -10000]);
  });

  it('read half precision', () => {
    const half = (bits: number[]): Tensor => ({
      type: 'float16',
      dims: [1, 2],
      data: Uint16Array.from(bits),
    });
    const [response] = encodeResponses(
      'squad-logits',
      // 1, −2 and 0.5, 65504 in binary16.
      { start_logits: half([0x3c00, 0xc000]), end_logits: half([0x3800, 0x7bff]) },
      1,
      [0],
    );
    expect(Array.from(floats(response).subarray(0, 4))).toEqual([1, 0.5, -2, 65504]);
  });
});

describe('responses of COCO', () => {
  const outputs = {
    // Left, top, right, bottom of three places in each of two images.
    bboxes: {
      type: 'float32',
      dims: [2, 3, 4],
      data: Float32Array.from(
        [0.125, 0.25, 0.5, 0.75, 0, 0, 1, 1, 0, 0, 0, 0].concat([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      ),
    },
    labels: { type: 'int64', dims: [2, 3], data: BigInt64Array.of(18n, 80n, 0n, 0n, 0n, 0n) },
    scores: { type: 'float32', dims: [2, 3], data: Float32Array.of(0.5, 0.25, 0, 0, 0, 0) },
  } as const;

  it('are seven numbers a detection: index, ymin, xmin, ymax, xmax, score, class; empty places are left out', () => {
    const responses = encodeResponses('coco-detections', outputs, 2, [46, 7]);
    expect(Array.from(floats(responses[0]))).toEqual([
      46, 0.25, 0.125, 0.75, 0.5, 0.5, 18, 46, 0, 0, 1, 1, 0.25, 80,
    ]);
    expect(responses[1]?.byteLength).toBe(0);
  });

  it('name the output that a model lacks', () => {
    const { scores, ...rest } = outputs;
    expect(() => encodeResponses('coco-detections', rest, 2, [0, 1])).toThrow(BaremarkError);
    expect(() => encodeResponses('coco-detections', rest, 2, [0, 1])).toThrow('no output scores');
    expect(() =>
      encodeResponses('coco-detections', { ...outputs, scores: { ...scores, dims: [6] } }, 2, [0, 1]),
    ).toThrow('output scores has shape [6]');
  });
});

it('are empty where there is nothing to score', () => {
  expect(encodeResponses('none', {}, 2, [0, 1])).toEqual([new Uint8Array(0), new Uint8Array(0)]);
});
