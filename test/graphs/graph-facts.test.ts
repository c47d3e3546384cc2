import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import proto, { type onnx } from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { filePrecision } from '../../src/graphs/file/file-precision.js';
import { type GraphFacts, readGraphFacts } from '../../src/graphs/file/graph-facts.js';
import { ensureModel } from '../../src/graphs/model-cache.js';
import { castTo, constant, info, node, onnxFile, weight } from './onnx-file.js';
import { temporaryFolder, tinyBert, tinySsd } from './support.js';

const folder = temporaryFolder();
let files = 0;

function read(bytes: Uint8Array) {
  const path = join(folder, `${files++}.onnx`);
  writeFileSync(path, bytes);
  return readGraphFacts(path);
}

function facts(graph: onnx.IGraphProto, opset?: number): GraphFacts {
  const found = read(onnxFile(graph, opset));
  if ('problem' in found) throw new Error(found.problem);
  return found;
}

const precisionOf = (graph: onnx.IGraphProto) => filePrecision(facts(graph));

describe('what an ONNX file says of itself', () => {
  it('is its inputs, outputs, operator set and weights', () => {
    const found = facts(
      {
        input: [info('x', 'FLOAT', ['batch', 3, 8]), info('w', 'FLOAT', [8, 5]), info('n', 'INT64', [])],
        output: [info('y', 'FLOAT16', ['batch', 5])],
        initializer: [weight('w', 'FLOAT', [8, 5]), weight('shape', 'INT64', [2], 8)],
        node: [constant('c', weight('', 'FLOAT16', [7], 2)), node('MatMul', ['x', 'w'], ['y'])],
      },
      13,
    );
    expect(found).toMatchObject({
      // `w` is among the inputs, as old exporters write it, but has a value.
      inputs: [
        { name: 'x', type: 'float32', dims: ['batch', 3, 8] },
        { name: 'n', type: 'int64', dims: [] },
      ],
      outputs: [{ name: 'y', type: 'float16', dims: ['batch', 5] }],
      opset: 13,
      quantizedNodes: 0,
      externalFiles: [],
    });
    expect(Object.fromEntries(found.weights)).toEqual({ float32: 40, int64: 2, float16: 7 });
  });

  it('is read past weights larger than what is read at a time, and in branches', () => {
    const branch = { name: 'then', node: [constant('b', weight('', 'FLOAT', [9]))] };
    const attribute = { name: 'then_branch', type: proto.onnx.AttributeProto.AttributeType.GRAPH, g: branch };
    const found = facts({
      initializer: [weight('big', 'FLOAT16', [1000, 500], 2), weight('after', 'FLOAT', [11])],
      node: [node('If', ['x'], ['y'], [attribute]), node('Relu', ['y'], ['z'])],
      output: [info('z', 'FLOAT', [1])],
    });
    expect(Object.fromEntries(found.weights)).toEqual({ float16: 500_000, float32: 20 });
    expect(found.outputs.map(({ name }) => name)).toEqual(['z']);
  });

  it('names the files that hold its weights', async () => {
    const { path } = await ensureModel({ ...tinyBert, precision: 'fp16' }, join(folder, 'cache'));
    expect(readGraphFacts(path)).toMatchObject({ externalFiles: ['model.data'], opset: 12 });
  });

  it.each([
    ['text', Buffer.from('root:x:0:0:root:/root:/bin/bash\n'.repeat(40)), /no ONNX model/],
    ['nothing', Buffer.alloc(0), /holds no graph/],
    ['zeros', Buffer.alloc(300_000), /no ONNX model/],
    [
      'a model cut short',
      onnxFile({ initializer: [weight('w', 'FLOAT', [900])] }).subarray(0, 900),
      /in the middle/,
    ],
  ])('is missing from %s', (_, bytes, problem) => {
    expect(read(bytes)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it('is missing where there is no file', () => {
    expect(readGraphFacts(join(folder, 'absent'))).toEqual({
      problem: expect.stringMatching(/cannot be read/),
    });
  });
});

describe('the precision of a file', () => {
  const known = (precision: string) => ({ kind: 'known', precision });
  const table = weight('table', 'FLOAT', [10]);
  const halves = weight('halves', 'FLOAT16', [100], 2);
  const quantize = node('QuantizeLinear', ['x', 'scale'], ['q']);

  it.each([
    [
      'is that of its weights',
      { initializer: [weight('w', 'FLOAT', [10]), weight('i', 'INT64', [99], 8)] },
      'fp32',
    ],
    ['is that of most of its weights', { initializer: [table, halves] }, 'fp16'],
    [
      'is int8 where nodes quantize, whatever the weights are stored in',
      { initializer: [table], node: [quantize] },
      'int8',
    ],
    ['is int8 where nodes multiply integers', { node: [node('MatMulInteger', ['a', 'b'], ['y'])] }, 'int8'],
    [
      'is what weights are cast to before they are used',
      { initializer: [table, halves], node: [castTo('halves', 'w', 'FLOAT')] },
      'fp32',
    ],
  ])('%s', (_, graph, precision) => expect(precisionOf(graph)).toEqual(known(precision)));

  it('is none of ours for other types, and unclear without weights', () => {
    expect(precisionOf({ initializer: [table, weight('b', 'BFLOAT16', [11], 2)] })).toEqual({
      kind: 'other',
      type: 'bfloat16',
    });
    expect(precisionOf({ node: [node('Relu', ['x'], ['y'])] })).toEqual({ kind: 'unclear' });
  });

  it.each([
    ['fp32', tinyBert],
    ['fp16', tinyBert],
    ['fp32', tinySsd],
    ['fp16', tinySsd],
  ] as const)('of a model built in %s is %s', async (precision, spec) => {
    const { path } = await ensureModel({ ...spec, precision }, join(folder, 'cache'));
    expect(filePrecision(readGraphFacts(path) as GraphFacts)).toEqual(known(precision));
  });
});
