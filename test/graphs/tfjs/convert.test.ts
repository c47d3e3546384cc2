import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import proto from 'onnx-proto';
import ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { BaremarkError } from '../../../src/base/errors.js';
import { GraphBuilder } from '../../../src/graphs/graph-builder.js';
import { writeModel } from '../../../src/graphs/model-writer.js';
import { tensorInfo } from '../../../src/graphs/spec.js';
import { convertNodes } from '../../../src/graphs/tfjs/convert.js';
import { distance, open, temporaryFolder, uniform } from '../support.js';
import { float, int, ints, list, type MadeNode, type MadeWeight, madeModel, text } from './made-up.js';

const folder = temporaryFolder();
let count = 0;

/** Converts nodes from `x` [batch, height, width, channels] to `out` and runs them on these values. */
async function converted(
  [batch, height, width, channels]: readonly [number, number, number, number],
  values: Float32Array,
  nodes: readonly MadeNode[],
  weights: readonly MadeWeight[] = [],
) {
  const graph = new GraphBuilder('fp32');
  const image = graph.input(tensorInfo('x', 'float32', ['batch', channels, height, width]));
  const given = {
    kind: 'tensor',
    name: image,
    dims: [-1, height, width, channels],
    channelsFirst: true,
  } as const;
  const [out] = convertNodes(madeModel(nodes, weights), graph, { x: given }, ['out']);
  graph.output(
    tensorInfo(
      'out',
      'float32',
      out!.dims.map((dim, i) => (dim < 0 ? `d${i}` : dim)),
    ),
    out!.name,
  );
  const place = join(folder, `${count++}`);
  mkdirSync(place);
  await writeModel(graph, 'made-up', 0, place);
  const planes = new Float32Array(values.length);
  const area = height * width;
  for (let i = 0; i < values.length; i++) {
    const [n, pixel, c] = [Math.floor(i / (area * channels)), Math.floor(i / channels) % area, i % channels];
    planes[(n * channels + c) * area + pixel] = values[i]!;
  }
  const session = await open(join(place, 'model.onnx'));
  const result = await session.run({
    x: new ort.Tensor('float32', planes, [batch, channels, height, width]),
  });
  const { graph: written } = proto.onnx.ModelProto.decode(readFileSync(join(place, 'model.onnx')));
  const nodeTypes = written!.node!.map(({ opType }) => opType);
  return { dims: result.out!.dims, data: result.out!.data as Float32Array, nodeTypes };
}

const random = (length: number, seed: number) => {
  const next = uniform(seed);
  return Float32Array.from({ length }, () => 2 * next() - 1);
};

/** TensorFlow's convolution as its documentation defines it, by loops over [n, row, column, channel]. */
function convolve(
  x: Float32Array,
  [batch, height, width, from]: readonly [number, number, number, number],
  filters: Float32Array,
  [kernel, , , to]: readonly [number, number, number, number],
  stride: number,
  padding: 'SAME' | 'VALID',
  depthwise: boolean,
): Float32Array {
  const size = (side: number) =>
    padding === 'SAME' ? Math.ceil(side / stride) : Math.ceil((side - kernel + 1) / stride);
  const before = (side: number) =>
    padding === 'SAME' ? Math.floor(Math.max((size(side) - 1) * stride + kernel - side, 0) / 2) : 0;
  const channels = depthwise ? from * to : to;
  const out: number[] = [];
  for (let n = 0; n < batch; n++)
    for (let row = 0; row < size(height); row++)
      for (let column = 0; column < size(width); column++)
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          for (let y = 0; y < kernel; y++)
            for (let z = 0; z < kernel; z++)
              for (let c = 0; c < from; c++) {
                if (depthwise && c !== Math.floor(channel / to)) continue;
                const [r, s] = [row * stride + y - before(height), column * stride + z - before(width)];
                if (r < 0 || s < 0 || r >= height || s >= width) continue;
                const filter =
                  filters[((y * kernel + z) * from + c) * to + (depthwise ? channel % to : channel)]!;
                sum += x[((n * height + r) * width + s) * from + c]! * filter;
              }
          out.push(sum);
        }
  return Float32Array.from(out);
}

const window = (stride: number, padding: string) => ({
  strides: list(1, stride, stride, 1),
  padding: text(padding),
  data_format: text('NHWC'),
  dilations: list(1, 1, 1, 1),
});

describe('TensorFlow nodes converted to ONNX', () => {
  for (const op of ['Conv2D', 'DepthwiseConv2dNative'] as const)
    for (const padding of ['SAME', 'VALID'] as const)
      for (const [height, stride] of [
        [5, 1],
        [6, 2],
        [7, 2],
      ] as const)
        it(`${op}, ${padding}, ${height} pixels, stride ${stride}`, async () => {
          const dims = [2, height, 5, 3] as const;
          const x = random(2 * height * 5 * 3, 1);
          const filterDims = [3, 3, 3, 2] as const;
          const filters = random(54, 2);
          const { data } = await converted(
            dims,
            x,
            [{ name: 'out', op, input: ['x', 'w'], attr: window(stride, padding) }],
            [float('w', filterDims, [...filters])],
          );
          const expected = convolve(x, dims, filters, filterDims, stride, padding, op !== 'Conv2D');
          expect(data.length).toBe(expected.length);
          expect(distance(data, expected)).toBeLessThan(1e-5);
        });

  it('multiplications, additions and normalizations of a convolution go into its weights', async () => {
    const x = Float32Array.of(1, 2, 3, 4);
    const { data, nodeTypes } = await converted(
      [1, 2, 2, 1],
      x,
      [
        { name: 'conv', op: 'Conv2D', input: ['x', 'w'], attr: window(1, 'SAME') },
        { name: 'mul', op: 'Mul', input: ['conv', 'scale'] },
        { name: 'add', op: 'Add', input: ['shift', 'mul'] },
        {
          name: 'norm',
          op: 'FusedBatchNorm',
          input: ['add', 'gamma', 'beta', 'mean', 'variance'],
          attr: { epsilon: { f: 1 } },
        },
        { name: 'out', op: 'Relu6', input: ['norm'] },
      ],
      [
        float('w', [1, 1, 1, 2], [1, -1]),
        float('scale', [2], [2, 3]),
        float('shift', [], [1]),
        float('gamma', [2], [4, 6]),
        float('beta', [2], [-5, 20]),
        float('mean', [2], [1, 0]),
        float('variance', [2], [3, 8]),
      ],
    );
    // Channel 0: (2x + 1 − 1) × 4/2 − 5 = 4x − 5; channel 1: (−3x + 1) × 6/3 + 20 = 22 − 6x; both within 0 to 6.
    expect([...data]).toEqual([0, 6, 3, 6, 6, 4, 6, 0].map((value) => expect.closeTo(value, 5)));
    expect(nodeTypes).toEqual(['Conv', 'Clip', 'Transpose', 'Identity']);
  });

  it('sums of tensors, and numbers for each channel where there is no convolution', async () => {
    const x = Float32Array.of(1, -2, 3, -4);
    const { data } = await converted(
      [1, 1, 2, 2],
      x,
      [
        { name: 'relu', op: 'Relu', input: ['x'] },
        { name: 'scaled', op: 'Mul', input: ['relu', 'scale'] },
        { name: 'sum', op: 'AddN', input: ['scaled', 'x', 'x'] },
        { name: 'out', op: 'AddV2', input: ['sum', 'shift', '^x'] },
      ],
      [float('scale', [2], [10, 100]), float('shift', [1, 1, 1, 2], [0.5, 0.25])],
    );
    expect([...data]).toEqual([12.5, -3.75, 36.5, -7.75]);
  });

  it('reshapes in TensorFlow’s order by sizes that are computed, and joins', async () => {
    const x = Float32Array.from({ length: 24 }, (_, i) => i);
    const { data, dims } = await converted(
      [2, 2, 2, 3],
      x,
      [
        { name: 'shape', op: 'Shape', input: ['x'] },
        {
          name: 'batch',
          op: 'StridedSlice',
          input: ['shape', 'zero', 'one', 'one'],
          attr: { shrink_axis_mask: int(1) },
        },
        {
          name: 'sizes',
          op: 'Pack',
          input: ['batch', 'places', 'single', 'channels'],
          attr: { axis: int(0) },
        },
        { name: 'reshaped', op: 'Reshape', input: ['x', 'sizes'] },
        { name: 'joined', op: 'ConcatV2', input: ['reshaped', 'reshaped', 'axis'] },
        { name: 'out', op: 'Squeeze', input: ['joined'], attr: { squeeze_dims: list(2) } },
      ],
      [
        ints('zero', [1], [0]),
        ints('one', [1], [1]),
        ints('places', [], [4]),
        ints('single', [], [1]),
        ints('channels', [], [3]),
        ints('axis', [], [1]),
      ],
    );
    expect(dims).toEqual([2, 8, 3]);
    const image = (from: number) => Array.from({ length: 12 }, (_, i) => from + i);
    expect([...data]).toEqual([...image(0), ...image(0), ...image(12), ...image(12)]);
  });

  it('weights that were quantized become numbers', async () => {
    const { data } = await converted(
      [1, 1, 1, 2],
      Float32Array.of(1, 1),
      [{ name: 'out', op: 'Mul', input: ['x', 'w'] }],
      [{ ...float('w', [2], [0, 255]), quantization: { dtype: 'uint8', scale: 0.5, min: -1 } }],
    );
    expect([...data]).toEqual([-1, 126.5]);
  });

  it('names the node and the operator that it does not know, and what of one it cannot convert', async () => {
    const attempt = async (nodes: readonly MadeNode[], weights: readonly MadeWeight[] = []) => {
      const error = await converted([1, 2, 2, 1], new Float32Array(4), nodes, weights).catch(
        (e: unknown) => e,
      );
      return error as BaremarkError;
    };
    expect((await attempt([{ name: 'out', op: 'Cumprod', input: ['x'] }])).message).toBe(
      'The TensorFlow.js model has the node out with the operator Cumprod, which is not converted; give the model that baremark pulls.',
    );
    expect((await attempt([{ name: 'out', op: 'Add', input: ['x', 'y:1'] }])).message).toContain(
      'the node out, which takes output 1 of y',
    );
    expect((await attempt([{ name: 'out', op: 'Relu', input: ['gone'] }])).message).toContain('no node gone');
    const strange = await attempt(
      [{ name: 'out', op: 'Conv2D', input: ['x', 'w'], attr: window(1, 'EXPLICIT') }],
      [float('w', [1, 1, 1, 1], [1])],
    );
    expect(strange.message).toContain(
      'the node out (Conv2D), which is not converted: its padding is EXPLICIT',
    );
    expect(strange.code).toBe('BAD_MODEL_FILE');
  });
});
