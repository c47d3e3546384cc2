import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lowerFile } from '../../../src/backends/tfjs/lowering/lower.js';
import { cachedSavedModel } from '../../../src/backends/tfjs/saved-model/cached-model.js';
import { feedNames, feedNodes, wordsOf } from '../../../src/backends/tfjs/saved-model/feeds.js';
import { transposed } from '../../../src/backends/tfjs/saved-model/filters.js';
import type { ConstantTensor } from '../../../src/backends/tfjs/saved-model/graph-def.js';
import { graphNodes, savedModel } from '../../../src/backends/tfjs/saved-model/saved-model.js';
import { Message } from '../../../src/backends/tfjs/saved-model/wire-writer.js';
import { ensureModel } from '../../../src/graphs/model-cache.js';
import { WireFile, type WirePlace } from '../../../src/onnx/wire.js';
import { tinyBert } from '../../helpers/models.js';
import { caseFile, floats } from './operator-cases.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the wire format as it is written', () => {
  it('has the bytes that protocol buffers document', () => {
    // Examples of https://protobuf.dev/programming-guides/encoding: 150 in field 1, "testing" in field 2.
    expect(Buffer.from(new Message().int(1, 150).finish()).toString('hex')).toBe('089601');
    expect(Buffer.from(new Message().text(2, 'testing').finish()).toString('hex')).toBe('120774657374696e67');
    expect(Buffer.from(new Message().packed(6, [3, 270, 86942]).finish()).toString('hex')).toBe(
      '3206038e029ea705',
    );
    expect(Buffer.from(new Message().int(1, -1).finish()).toString('hex')).toBe('08ffffffffffffffffff01');
  });
});

/** The nodes of a written SavedModel, read back: `saved_model.pb` → meta graph 2 → graph 2 → node 1. */
function nodesOf(path: string) {
  const file = new WireFile(path);
  const within = (place: WirePlace, number: number) =>
    [...file.fields(place.start, place.end)].flatMap((field) =>
      field.number === number && field.kind === 'bytes' ? [field] : [],
    );
  const texts = (place: WirePlace, number: number) =>
    within(place, number).map(({ start, end }) => file.text(start, end));
  const [meta] = within({ start: 0, end: file.size }, 2);
  const [graph] = within(meta!, 2);
  const nodes = within(graph!, 1).map((node) => ({
    name: texts(node, 1)[0]!,
    op: texts(node, 2)[0]!,
    inputs: texts(node, 3),
  }));
  const tags = within(meta!, 1).flatMap((info) => texts(info, 4));
  const signatures = within(meta!, 5).flatMap((entry) => texts(entry, 1));
  file.close();
  return { nodes, tags, signatures };
}

describe('a SavedModel', () => {
  it('is read back as it was meant: every input exists, variables are filled by the node that loading runs', async () => {
    const { path } = await ensureModel(tinyBert, folder);
    const program = lowerFile(path);
    const file = join(folder, 'saved_model.pb');
    writeFileSync(file, savedModel(program));
    const { nodes, tags, signatures } = nodesOf(file);
    expect(tags).toEqual(['serve']);
    expect(signatures).toEqual(['__saved_model_init_op']);
    const names = nodes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const wanted = nodes.flatMap(({ inputs }) => inputs.map((input) => input.replace(/^\^|:\d+$/g, '')));
    expect(wanted.filter((name) => !names.includes(name))).toEqual([]);
    const assigns = nodes.filter(({ op }) => op === 'AssignVariableOp').map(({ name }) => `^${name}`);
    expect(assigns.length).toBeGreaterThan(5);
    expect(nodes.find(({ name }) => name === 'fill_variables')!.inputs.sort()).toEqual(assigns.sort());
    // One file of data is read once.
    expect(nodes.filter(({ op }) => op === 'ReadFile')).toHaveLength(1);
    expect(nodes.filter(({ op }) => op === 'Placeholder').map(({ name }) => name)).toEqual(
      program.inputs.flatMap(feedNames),
    );
  });

  it('has filters as constants, with their axes in TensorFlow’s order', () => {
    const file = join(folder, 'conv.onnx');
    const filter = floats([20, 4, 3, 3], true);
    writeFileSync(file, caseFile({ op: 'Conv', inputs: [floats([1, 4, 5, 5]), filter], becomes: [] }));
    const constants = graphNodes(lowerFile(file)).filter(({ op }) => op === 'Const');
    const made = constants
      .map(({ attributes }) => attributes.value as { readonly tensor: ConstantTensor })
      .find(({ tensor }) => tensor.bytes)!.tensor;
    expect(made.dims).toEqual([3, 3, 4, 20]);
    const first = new Float32Array(made.bytes!.buffer);
    // [0, 0, 0, o] of the result is [o, 0, 0, 0] of the file.
    expect(Array.from(first.subarray(0, 20))).toEqual(
      Array.from({ length: 20 }, (_, o) => Math.fround(filter.values[o * 36]!)),
    );
  });

  it('is kept under the hash of its bytes, and found again', async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const first = await cachedSavedModel(bytes, folder);
    // SHA-256 of the bytes 1, 2, 3, from `printf '\1\2\3' | sha256sum`.
    expect(first).toBe(join(folder, 'saved-models', '039058c6f2c0cb492c533b0a4d14ef77'));
    expect(await cachedSavedModel(bytes, folder)).toBe(first);
    expect(await cachedSavedModel(Uint8Array.of(1, 2, 4), folder)).not.toBe(first);
  });

  it('is refused with one sentence where the cache cannot be written', async () => {
    await expect(cachedSavedModel(Uint8Array.of(1), '/proc/nowhere')).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
    });
  });
});

describe('transposing', () => {
  it('moves elements of any width', () => {
    // [[1, 2, 3], [4, 5, 6]] becomes [[1, 4], [2, 5], [3, 6]].
    for (const type of [Uint8Array, Uint16Array, Uint32Array]) {
      const bytes = new Uint8Array(type.from([1, 2, 3, 4, 5, 6]).buffer);
      const turned = transposed(bytes, type.BYTES_PER_ELEMENT, [2, 3], [1, 0]);
      expect(Array.from(new type(turned.slice().buffer))).toEqual([1, 4, 2, 5, 3, 6]);
    }
  });
});

describe('feeds', () => {
  it('are words over the memory of the tensor itself', () => {
    const data = Float32Array.of(1, 2);
    const [words] = wordsOf({ type: 'float32', dims: [1, 2], data });
    expect(words!.data.buffer).toBe(data.buffer);
    expect(words!.dims).toEqual([1, 2]);
    const longs = BigInt64Array.of(1n, -1n);
    expect(wordsOf({ type: 'int64', dims: [2], data: longs })).toEqual([
      { dims: [2, 2], data: Int32Array.of(1, 0, -1, -1) },
    ]);
  });

  it('are filled up to whole words where elements are smaller, with their shape beside', () => {
    const [words, shape] = wordsOf({ type: 'uint8', dims: [1, 5], data: Uint8Array.of(1, 2, 3, 4, 5) });
    expect(words).toEqual({ dims: [2], data: Int32Array.of(0x04030201, 5) });
    expect(shape).toEqual({ dims: [2], data: Int32Array.of(1, 5) });
  });

  it('get their type in the graph', () => {
    const ops = (type: 'float32' | 'int32' | 'int64' | 'uint8' | 'bool') =>
      feedNodes({ name: 'x', type, dims: ['n', 2] }, 0, 'input_0').map(({ op }) => op);
    expect(ops('int32')).toEqual(['Placeholder', 'Identity']);
    expect(ops('float32')).toEqual(['Placeholder', 'Bitcast']);
    expect(ops('int64')).toEqual(['Placeholder', 'Bitcast', 'Cast']);
    expect(ops('uint8').filter((op) => op !== 'Const')).toEqual([
      ...['Placeholder', 'Placeholder', 'Bitcast', 'Reshape', 'Prod', 'Slice', 'Reshape'],
    ]);
    expect(ops('bool').at(-1)).toBe('Cast');
  });
});
