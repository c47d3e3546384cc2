import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import proto from 'onnx-proto';
import ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureModel } from '../../src/graphs/model-cache.js';
import { buildGraph, graphSignature, parameterCount } from '../../src/graphs/signature.js';
import type { BertSpec } from '../../src/graphs/spec.js';
import { fillPiece } from '../../src/graphs/weights.js';
import { referenceLogits } from './bert-reference.js';
import { distance, open, temporaryFolder, tinyBert, uniform } from './support.js';

const folder = temporaryFolder();

/** A question of `length` tokens: ids, and segments that change from 0 to 1 a third of the way. */
function question(length: number, seed: number): { ids: number[]; segments: number[] } {
  const next = uniform(seed);
  const ids = Array.from({ length }, () => Math.floor(next() * tinyBert.vocabSize));
  return { ids, segments: ids.map((_, i) => (i > length / 3 ? 1 : 0)) };
}

const questions = [question(9, 21), question(17, 22), question(24, 23)];

/** Runs questions as one batch, padded to `width`; the padding holds tokens that must not matter. */
async function logits(
  session: ort.InferenceSession,
  batch: readonly { ids: number[]; segments: number[] }[],
  width = Math.max(...batch.map(({ ids }) => ids.length)),
): Promise<{ start: number[]; end: number[] }[]> {
  const tensor = (value: (row: { ids: number[]; segments: number[] }, i: number) => number) =>
    new ort.Tensor(
      'int64',
      BigInt64Array.from(
        batch.flatMap((row) => Array.from({ length: width }, (_, i) => BigInt(value(row, i)))),
      ),
      [batch.length, width],
    );
  const out = await session.run({
    input_ids: tensor(({ ids }, i) => ids[i] ?? 999),
    input_mask: tensor(({ ids }, i) => (i < ids.length ? 1 : 0)),
    segment_ids: tensor(({ segments }, i) => segments[i] ?? 1),
  });
  const rows = (name: string) =>
    batch.map(({ ids }, i) =>
      Array.from((out[name]!.data as Float32Array).subarray(i * width, i * width + ids.length)),
    );
  const [start, end] = [rows('output_start_logits'), rows('output_end_logits')];
  return batch.map((_, i) => ({ start: start[i]!, end: end[i]! }));
}

function largestDistance(
  a: { start: number[]; end: number[] }[],
  b: { start: number[]; end: number[] }[],
): number {
  return Math.max(...a.flatMap((row, i) => [distance(row.start, b[i]!.start), distance(row.end, b[i]!.end)]));
}

const variants: [string, BertSpec, number][] = [
  ['standard operators', tinyBert, 1e-4],
  ['contrib operators', { ...tinyBert, fused: true }, 1e-4],
  ['standard operators in fp16', { ...tinyBert, precision: 'fp16' }, 2e-2],
  ['contrib operators in fp16', { ...tinyBert, precision: 'fp16', fused: true }, 2e-2],
];

describe.each(variants)('BERT of %s', (_, spec, tolerance) => {
  let session: ort.InferenceSession;
  beforeAll(async () => {
    session = await open((await ensureModel(spec, folder)).path);
  });
  afterAll(() => session.release());

  it('gives the logits that the formulas give, worked out in plain loops', async () => {
    const { placements } = buildGraph(tinyBert).layout();
    const rows = new Map(
      placements.map(({ weight }) => {
        const columns = weight.dims.at(-1)!;
        const values = new Float32Array(weight.dims.reduce((product, dim) => product * dim, 1));
        fillPiece(weight, spec.seed, 0, values.length, values);
        const count = values.length / columns;
        return [
          weight.name,
          Array.from({ length: count }, (_, row) => [...values.subarray(row * columns, (row + 1) * columns)]),
        ];
      }),
    );
    const expected = questions.map(({ ids, segments }) =>
      referenceLogits(spec, (name) => rows.get(name)!, ids, segments),
    );
    expect(largestDistance(await logits(session, questions), expected)).toBeLessThan(tolerance);
    // The logits say something: they are of the size of 1 and differ between tokens.
    const flat = expected.flatMap(({ start }) => start);
    const mean = flat.reduce((a, b) => a + b) / flat.length;
    const deviation = Math.sqrt(flat.reduce((sum, v) => sum + (v - mean) ** 2, 0) / flat.length);
    expect(deviation).toBeGreaterThan(0.3);
    expect(deviation).toBeLessThan(3);
  });

  it('does not let padding or neighbours in the batch change a question', async () => {
    const alone = await Promise.all(questions.map(async (one) => (await logits(session, [one]))[0]!));
    const slack = spec.precision === 'fp16' ? tolerance : 1e-4;
    expect(largestDistance(await logits(session, questions), alone)).toBeLessThan(slack);
    expect(largestDistance(await logits(session, questions, 64), alone)).toBeLessThan(slack);
  });

  it('has the official names and types', () => {
    const { inputs, outputs } = graphSignature(spec);
    expect(session.inputNames).toEqual(['input_ids', 'input_mask', 'segment_ids']);
    expect(session.outputNames).toEqual(['output_start_logits', 'output_end_logits']);
    const described = (metadata: readonly ort.InferenceSession.ValueMetadata[]) =>
      metadata.map((value) => value.isTensor && { name: value.name, type: value.type, dims: value.shape });
    expect(described(session.inputMetadata)).toEqual(inputs);
    expect(described(session.outputMetadata)).toEqual(outputs);
    expect(inputs.every(({ type, dims }) => type === 'int64' && dims.join() === 'batch,sequence')).toBe(true);
  });
});

it('has attention, GELU and skip connections that ONNX Runtime fuses, of standard operators alone', async () => {
  const { path } = await ensureModel(tinyBert, folder);
  const operators = (file: string) =>
    proto.onnx.ModelProto.decode(readFileSync(file)).graph!.node!.map((node) =>
      [node.domain, node.opType].join(' '),
    );
  expect(operators(path).filter((name) => name.startsWith('com.microsoft'))).toEqual([]);
  const optimized = join(folder, 'optimized.onnx');
  const session = await ort.InferenceSession.create(path, {
    logSeverityLevel: 4,
    optimizedModelFilePath: optimized,
  });
  await session.release();
  const count = (name: string) =>
    operators(optimized).filter((other) => other === `com.microsoft ${name}`).length;
  expect(count('Attention')).toBe(tinyBert.layers);
  expect(count('BiasGelu')).toBe(tinyBert.layers);
  expect(count('SkipLayerNormalization')).toBe(2 * tinyBert.layers + 1);
});

it('has as many parameters as BERT-Large with a question-answering head', () => {
  const large: BertSpec = {
    ...tinyBert,
    layers: 24,
    hidden: 1024,
    heads: 16,
    intermediate: 4096,
    vocabSize: 30522,
    maxPositions: 512,
  };
  // 335,143,938 with the pooler, which question answering does not use: 1024 × 1024 weights and 1024 biases.
  expect(parameterCount(large)).toBe(335_143_938 - (1024 * 1024 + 1024));
  expect(parameterCount({ ...large, fused: true })).toBe(parameterCount(large));
});
