import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lowerFile } from '../../../src/backends/tfjs/lowering/lower.js';
import { operatorTable } from '../../../src/backends/tfjs/lowering/table.js';
import { ensureModel } from '../../../src/graphs/model-cache.js';
import { castTo, info, node, onnxFile, weight } from '../../graphs/onnx-file.js';
import { tinyBert, tinySsd } from '../../helpers/models.js';
import { caseFile, caseName, operatorCases } from './operator-cases.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lowered(bytes: Uint8Array) {
  const file = join(folder, 'graph.onnx');
  writeFileSync(file, bytes);
  return lowerFile(file);
}

const operatorsOf = (bytes: Uint8Array) => lowered(bytes).nodes.map(({ op }) => op);
const image = [info('x', 'FLOAT', ['n', 4, 8, 8])];
const graphOf = (
  nodes: ReturnType<typeof node>[],
  output: string,
  initializer = [weight('f', 'FLOAT', [8, 4, 3, 3])],
) => onnxFile({ node: nodes, input: image, initializer, output: [info(output, 'FLOAT', [])] });

describe('lowering', () => {
  it.each(operatorCases.map((each) => [caseName(each), each] as const))('%s', (_, each) => {
    expect(operatorsOf(caseFile(each))).toEqual(each.becomes);
  });

  it('has a case here for each operator of its table', () => {
    const tested = new Set(operatorCases.map(({ op, domain = '' }) => `${domain}.${op}`));
    const known = Object.entries(operatorTable).flatMap(([domain, operators]) =>
      Object.keys(operators).map((op) => `${domain}.${op}`),
    );
    expect(known.filter((name) => !tested.has(name))).toEqual([]);
  });

  it('names an operator that is not in the table, with its node and the file', () => {
    const nodes = [node('Relu', ['x'], ['a']), { ...node('Einsum', ['a'], ['y']), name: 'layer/odd' }];
    const bytes = graphOf(nodes, 'y');
    expect(() => lowered(bytes)).toThrow(
      `The model file ${join(folder, 'graph.onnx')} has the node layer/odd of operator Einsum, which the tfjs backend does not know; use a model without it, or --backend onnxruntime.`,
    );
  });

  it('says of NonMaxSuppression that the host can do it', async () => {
    const { path } = await ensureModel(tinySsd, folder);
    expect(() => lowerFile(path)).toThrow(/NonMaxSuppression.*build the model with --graph-option nms=host/);
  });

  it('keeps images with their channels last between convolutions, and turns them once at each end', () => {
    const nodes = [
      node('Conv', ['x', 'f'], ['a']),
      node('Relu', ['a'], ['b']),
      node('MaxPool', ['b'], ['c'], [{ name: 'kernel_shape', type: 7, ints: [2, 2] }]),
      node('Add', ['c', 'bias'], ['d']),
      node('Conv', ['d', 'g'], ['e']),
      node('Sigmoid', ['e'], ['y']),
    ];
    const weights = [
      weight('f', 'FLOAT', [8, 4, 3, 3]),
      weight('g', 'FLOAT', [4, 8, 1, 1]),
      weight('bias', 'FLOAT', [1, 8, 1, 1]),
    ];
    expect(operatorsOf(graphOf(nodes, 'y', weights))).toEqual([
      ...['Transpose', 'Conv2D', 'Relu', 'MaxPool', 'AddV2', 'Conv2D', 'Sigmoid', 'Transpose'],
    ]);
  });

  it('turns nothing where the graph itself turns images that have their channels last', () => {
    const perm = (ints: number[]) => [{ name: 'perm', type: 7, ints }];
    const nodes = [
      node('Transpose', ['x'], ['a'], perm([0, 3, 1, 2])),
      node('Relu', ['a'], ['b']),
      node('Transpose', ['b'], ['y'], perm([0, 2, 3, 1])),
    ];
    expect(operatorsOf(graphOf(nodes, 'y'))).toEqual(['Relu']);
  });

  it('leaves out what no output needs, and computes shapes ahead', () => {
    const nodes = [
      node('Shape', ['x'], ['s']),
      node('Gather', ['s', 'zero'], ['n']),
      node('Concat', ['n', 'rest'], ['target'], [{ name: 'axis', type: 2, i: 0 }]),
      node('Exp', ['x'], ['unused']),
      node('Reshape', ['x', 'target'], ['y']),
    ];
    const whole = (name: string, values: bigint[]) => ({
      name,
      dims: [values.length],
      dataType: 7,
      rawData: new Uint8Array(BigInt64Array.from(values).buffer),
    });
    const weights = [whole('zero', [0n]), whole('rest', [256n])];
    const program = lowered(graphOf(nodes, 'y', weights));
    expect(program.nodes.map(({ op }) => op)).toEqual(['Reshape']);
    expect(program.outputs[0]!.dims).toEqual(['n', 256]);
    expect(program.weights).toEqual([]);
  });

  it('computes with int32 where the file has int64, and gives int64 back', () => {
    const bytes = onnxFile({
      node: [castTo('ids', 'y', 'INT64')],
      input: [info('ids', 'INT64', ['n', 3])],
      output: [info('y', 'INT64', ['n', 3])],
    });
    expect(lowered(bytes)).toMatchObject({
      inputs: [{ name: 'ids', type: 'int64', dims: ['n', 3] }],
      nodes: [],
      outputs: [{ name: 'y', type: 'int64', value: 'ids' }],
    });
  });

  it('leaves the weights of a model where they lie', async () => {
    const { path } = await ensureModel(tinyBert, folder);
    const { weights, inputs, outputs } = lowerFile(path);
    const word = weights.find(({ name }) => name.endsWith('embeddings.word'))!;
    expect(word).toMatchObject({ type: 'float32', dims: [30522, 32], data: { length: 30522 * 32 * 4 } });
    expect(inputs.map(({ dims }) => dims)).toEqual(Array(3).fill(['batch', 'sequence']));
    expect(outputs.map(({ dims }) => dims)).toEqual(Array(2).fill(['batch', 'sequence']));
  });

  it('refuses a file that is no model, and weights that are missing', async () => {
    const file = join(folder, 'text.onnx');
    writeFileSync(file, 'this is no model');
    expect(() => lowerFile(file)).toThrow(/text\.onnx cannot be used: it is no ONNX model/);
    const { path } = await ensureModel({ ...tinyBert, seed: 2 }, folder);
    rmSync(join(path, '..', 'model.data'));
    expect(() => lowerFile(path)).toThrow(/has its weights in .*model\.data, which does not exist/);
  });
});
