import { describe, expect, it } from 'vitest';
import { BaremarkError } from '../../src/base/errors.js';
import { halfToFloat } from '../../src/base/float16.js';
import type { ElementType, TensorInfo } from '../../src/base/tensor.js';
import { fixedColumn, raggedColumn } from '../../src/datasets/columns/columns.js';
import { loadText } from '../../src/datasets/columns/text.js';
import { maxBatchOf } from '../../src/datasets/layout/fit.js';
import { createLayout } from '../../src/datasets/layout/layout.js';
import type { LoadedSamples } from '../../src/datasets/sample-library.js';

const bertInputs = (type: ElementType, dims: TensorInfo['dims'] = ['batch', 'sequence']): TensorInfo[] =>
  ['input_ids', 'input_mask', 'segment_ids'].map((name) => ({ name, type, dims }));

/** Three sequences, as samples 70, 80 and 90 of a data set. */
const sequences = new Map([
  [70, { inputIds: [101, 5, 102, 6, 102], firstSegment: 3 }],
  [80, { inputIds: [101, 7, 8, 102, 9, 10, 102], firstSegment: 4 }],
  [90, { inputIds: [101, 11, 102, 102], firstSegment: 3 }],
]);
const text = loadText(Uint32Array.of(70, 80, 90), (index) => sequences.get(index)!);

function images(
  type: ElementType,
  dims: readonly number[],
  values: readonly number[],
  count: number,
): LoadedSamples {
  const { column, view } = fixedColumn('image', type, dims, count);
  view.set(values as never);
  return {
    indices: Uint32Array.from({ length: count }, (_, i) => i),
    columns: [column],
    response: 'coco-detections',
  };
}

describe('laying out text', () => {
  it('pads a batch to its longest sample, with 0 in the mask and in the segments', () => {
    const layout = createLayout(text, bertInputs('int64'), { pad: 'longest' });
    const slots = Uint32Array.of(layout.slotOf(90), layout.slotOf(70));
    const feeds = layout.layOut(slots, 2);
    expect(feeds.input_ids?.dims).toEqual([2, 5]);
    expect(feeds.input_ids?.data).toEqual(
      BigInt64Array.of(101n, 11n, 102n, 102n, 0n, 101n, 5n, 102n, 6n, 102n),
    );
    expect(feeds.input_mask?.data).toEqual(BigInt64Array.of(1n, 1n, 1n, 1n, 0n, 1n, 1n, 1n, 1n, 1n));
    expect(feeds.segment_ids?.data).toEqual(BigInt64Array.of(0n, 0n, 0n, 1n, 0n, 0n, 0n, 0n, 1n, 1n));
  });

  it('leaves nothing of a longer batch in the padding of a shorter one', () => {
    const layout = createLayout(text, bertInputs('int32'), { pad: 'longest' });
    layout.layOut([1, 1], 2);
    const feeds = layout.layOut([2, 0], 2);
    expect(feeds.input_ids?.data).toEqual(Int32Array.of(101, 11, 102, 102, 0, 101, 5, 102, 6, 102));
    expect(feeds.input_mask?.data).toEqual(Int32Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1, 1));
  });

  it('pads to the greatest length, to a multiple, or to the length that the model fixes', () => {
    const dimsOf = (inputs: TensorInfo[], options: Parameters<typeof createLayout>[2]) =>
      createLayout(text, inputs, options).layOut([0], 1).input_ids?.dims;
    expect(dimsOf(bertInputs('int64'), { pad: 'max', maxLength: 12 })).toEqual([1, 12]);
    expect(dimsOf(bertInputs('int64'), { pad: 'longest', multipleOf: 8 })).toEqual([1, 8]);
    expect(dimsOf(bertInputs('int64'), { pad: 'longest', multipleOf: 8, maxLength: 7 })).toEqual([1, 7]);
    expect(dimsOf(bertInputs('int64', ['batch', 9]), { pad: 'longest' })).toEqual([1, 9]);
  });

  it('gives the same objects again for a shape seen before, and moves nothing', () => {
    const layout = createLayout(text, bertInputs('int64'), { pad: 'longest' });
    layout.layOut([1, 1, 1], 3);
    const first = layout.layOut([0, 2], 2);
    const { data } = first.input_ids!;
    layout.layOut([1], 1);
    const second = layout.layOut([2, 0], 2);
    expect(second).toBe(first);
    expect(second.input_ids?.data).toBe(data);
    expect(layout.layOut([1], 1).input_ids?.data.buffer).toBe(data.buffer);
  });

  it('gives memory of its own, not shared memory, which ONNX Runtime refuses on Node 20', () => {
    const feeds = createLayout(text, bertInputs('int32'), { pad: 'longest' }).layOut([0], 1);
    expect(feeds.input_ids?.data.buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('widens negative numbers with their sign', () => {
    const { column, view } = raggedColumn('x', 'int32', [2], -1);
    view.set([-5, 7] as never);
    const loaded: LoadedSamples = { indices: Uint32Array.of(0), columns: [column], response: 'none' };
    const layout = createLayout(loaded, [{ name: 'x', type: 'int64', dims: ['b', 4] }], { pad: 'longest' });
    expect(layout.layOut([0], 1).x?.data).toEqual(BigInt64Array.of(-5n, 7n, -1n, -1n));
  });

  it('knows slots and lengths by sample', () => {
    const layout = createLayout(text, bertInputs('int64'), { pad: 'longest' });
    expect([70, 80, 90, 71].map((index) => layout.slotOf(index))).toEqual([0, 1, 2, -1]);
    expect([0, 1, 2].map((slot) => layout.lengthOf(slot))).toEqual([5, 7, 4]);
    expect(layout.paddedLength([0, 2], 2)).toBe(5);
  });

  it("knows other tools' names for the same inputs", () => {
    const inputs = ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => ({
      name,
      type: 'int64' as const,
      dims: ['b', 's'],
    }));
    const feeds = createLayout(text, inputs, { pad: 'longest' }).layOut([2], 1);
    expect(feeds.attention_mask?.data).toEqual(BigInt64Array.of(1n, 1n, 1n, 1n));
    expect(feeds.token_type_ids?.data).toEqual(BigInt64Array.of(0n, 0n, 0n, 1n));
  });
});

describe('laying out images', () => {
  it('puts samples one after the other and changes nothing where types match', () => {
    const layout = createLayout(
      images('uint8', [1, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 2),
      [{ name: 'image', type: 'uint8', dims: ['batch', 1, 2, 3] }],
      { pad: 'longest' },
    );
    const feeds = layout.layOut([1, 0], 2);
    expect(feeds.image?.dims).toEqual([2, 1, 2, 3]);
    expect(feeds.image?.data).toEqual(Uint8Array.of(7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6));
  });

  it('converts to half precision, and bytes to numbers', () => {
    const inputs = (type: ElementType): TensorInfo[] => [{ name: 'image', type, dims: ['batch', 3, 1, 1] }];
    const half = createLayout(images('float32', [3, 1, 1], [0.5, -2, 1 / 3], 1), inputs('float16'), {
      pad: 'longest',
    });
    const { data } = half.layOut([0], 1).image!;
    expect(Array.from(data as Uint16Array, halfToFloat)).toEqual([0.5, -2, 0.333251953125]);
    const int = createLayout(images('uint8', [3, 1, 1], [0, 128, 255], 1), inputs('int32'), {
      pad: 'longest',
    });
    expect(int.layOut([0], 1).image?.data).toEqual(Int32Array.of(0, 128, 255));
  });

  it('lays samples out beforehand where there is room, so that a batch of one is the same objects again', () => {
    const loaded = images('uint8', [1, 2, 1], [1, 2, 3, 4, 5, 6], 3);
    const inputs: TensorInfo[] = [{ name: 'image', type: 'float32', dims: ['batch', 1, 2, 1] }];
    // A sample is 2 numbers of 4 bytes, so two of the three have room.
    const layout = createLayout(loaded, inputs, { pad: 'longest', keepBytes: 17 });
    const first = layout.layOut([0], 1);
    const second = layout.layOut([1], 1);
    expect(layout.layOut([2], 1).image?.data, 'no room: copied for each batch').toEqual(
      Float32Array.of(5, 6),
    );
    expect(layout.layOut([0, 2], 2).image?.data).toEqual(Float32Array.of(1, 2, 5, 6));
    expect(layout.layOut([0], 1)).toBe(first);
    expect(first.image).toEqual({ type: 'float32', dims: [1, 1, 2, 1], data: Float32Array.of(1, 2) });
    expect(second.image?.data).toEqual(Float32Array.of(3, 4));
  });

  it('fills a fixed batch with its last sample', () => {
    const layout = createLayout(
      images('float32', [3, 1, 1], [1, 2, 3, 4, 5, 6], 2),
      [{ name: 'image', type: 'float32', dims: [4, 3, 1, 1] }],
      { pad: 'longest' },
    );
    expect(layout.maxBatch).toBe(4);
    const { dims, data } = layout.layOut([1, 0], 2).image!;
    expect(dims).toEqual([4, 3, 1, 1]);
    expect(Array.from(data as Float32Array)).toEqual([4, 5, 6, 1, 2, 3, 1, 2, 3, 1, 2, 3]);
    expect(() => layout.layOut([0, 0, 0, 0, 0], 5)).toThrow(RangeError);
  });

  it('feeds the only input from the only column whatever it is called', () => {
    const layout = createLayout(
      images('float32', [3, 1, 1], [1, 2, 3], 1),
      [{ name: 'pixels', type: 'float32', dims: ['n', 3, 'h', 'w'] }],
      { pad: 'longest' },
    );
    expect(layout.layOut([0], 1).pixels?.data).toEqual(Float32Array.of(1, 2, 3));
  });
});

describe('a model that does not fit the data set', () => {
  const one = images('float32', [3, 2, 2], [], 1);
  const refuse = (loaded: LoadedSamples, inputs: TensorInfo[], options = {}) => {
    try {
      createLayout(loaded, inputs, { pad: 'longest', ...options });
    } catch (error) {
      expect(error).toBeInstanceOf(BaremarkError);
      expect((error as BaremarkError).code).toBe('MODEL_DATA_MISMATCH');
      return (error as Error).message;
    }
    throw new Error('it fits');
  };

  it('names the input that the data set lacks, and what the data set has', () => {
    const message = refuse(one, bertInputs('int64'));
    expect(message).toContain('input_ids (int64 [batch, sequence])');
    expect(message).toContain('image (float32 [batch, 3, 2, 2])');
  });

  it('names both shapes, and both types', () => {
    expect(refuse(one, [{ name: 'image', type: 'float32', dims: [1, 3, 4, 4] }])).toContain('[1, 3, 4, 4]');
    expect(refuse(one, [{ name: 'image', type: 'float32', dims: ['b', 3] }])).toContain('[b, 3]');
    expect(refuse(one, [{ name: 'image', type: 'uint8', dims: ['b', 3, 2, 2] }])).toContain('image (uint8');
  });

  it('names a sample that is longer than the model takes', () => {
    expect(refuse(text, bertInputs('int64', ['b', 6]))).toContain('7 tokens where the model takes 6');
    expect(refuse(text, bertInputs('int64'), { pad: 'max', maxLength: 4 })).toContain('takes 4');
  });
});

describe('the greatest batch', () => {
  it("is the model's fixed batch dimension, or unbounded", () => {
    expect(maxBatchOf([{ name: 'image', type: 'float32', dims: [1, 3, 1200, 1200] }])).toBe(1);
    expect(maxBatchOf(bertInputs('int64'))).toBe(Number.POSITIVE_INFINITY);
    expect(maxBatchOf([])).toBe(Number.POSITIVE_INFINITY);
  });
});
