/**
 * BERT's forward pass in plain loops over one sequence, from the paper's formulas (Devlin et al., 2018; Vaswani et al.,
 * 2017), on the weights of a built model. Slow and obvious on purpose.
 */
import type { BertSpec } from '../../src/graphs/spec.js';

type Matrix = number[][];

/** Weights by name, each as rows; a vector is one row. */
export type WeightRows = (name: string) => Matrix;

export function referenceLogits(
  spec: BertSpec,
  weights: WeightRows,
  ids: number[],
  segments: number[],
): { start: number[]; end: number[] } {
  let x = ids.map((id, at) =>
    weights('embeddings.word')[id]!.map(
      (word, i) =>
        word + weights('embeddings.position')[at]![i]! + weights('embeddings.segment')[segments[at]!]![i]!,
    ),
  );
  x = normalize(x, weights, 'embeddings');
  for (let layer = 0; layer < spec.layers; layer++) x = encode(x, spec, weights, `layer.${layer}`);
  const logits = project(x, weights, 'qa');
  return { start: logits.map((row) => row[0]!), end: logits.map((row) => row[1]!) };
}

function encode(x: Matrix, spec: BertSpec, weights: WeightRows, at: string): Matrix {
  const [query, key, value] = ['query', 'key', 'value'].map((name) =>
    project(x, weights, `${at}.${name}`),
  ) as [Matrix, Matrix, Matrix];
  const size = spec.hidden / spec.heads;
  const joined = x.map(() => new Array<number>(spec.hidden).fill(0));
  for (let head = 0; head < spec.heads; head++)
    for (let to = 0; to < x.length; to++) {
      const weight = x.map((_, from) => {
        let dot = 0;
        for (let i = head * size; i < (head + 1) * size; i++) dot += query[to]![i]! * key[from]![i]!;
        return Math.exp(dot / Math.sqrt(size));
      });
      const sum = weight.reduce((a, b) => a + b);
      for (let i = head * size; i < (head + 1) * size; i++)
        for (let from = 0; from < x.length; from++)
          joined[to]![i]! += (weight[from]! / sum) * value[from]![i]!;
    }
  const attended = normalize(add(project(joined, weights, `${at}.attention`), x), weights, `${at}.attention`);
  const inner = project(attended, weights, `${at}.intermediate`).map((row) => row.map(gelu));
  return normalize(add(project(inner, weights, `${at}.output`), attended), weights, `${at}.output`);
}

function project(x: Matrix, weights: WeightRows, name: string): Matrix {
  const matrix = weights(`${name}.weight`);
  const bias = weights(`${name}.bias`)[0]!;
  return x.map((row) => bias.map((b, column) => row.reduce((sum, v, i) => sum + v * matrix[i]![column]!, b)));
}

function add(a: Matrix, b: Matrix): Matrix {
  return a.map((row, i) => row.map((value, j) => value + b[i]![j]!));
}

function normalize(x: Matrix, weights: WeightRows, name: string): Matrix {
  const gamma = weights(`${name}.norm.gamma`)[0]!;
  const beta = weights(`${name}.norm.beta`)[0]!;
  return x.map((row) => {
    const mean = row.reduce((a, b) => a + b) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    return row.map((value, i) => ((value - mean) / Math.sqrt(variance)) * gamma[i]! + beta[i]!);
  });
}

function gelu(x: number): number {
  return (x / 2) * (1 + erf(x / Math.SQRT2));
}

/** The error function's Maclaurin series; good to 1e-10 for |x| < 4. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
