/** The weights of BERT by name, declared in the graph when they are first used. */
import type { GraphBuilder } from '../graph-builder.js';
import type { BertSpec } from '../spec.js';
import type { Fill } from '../weights.js';

export interface BertContext {
  readonly graph: GraphBuilder;
  readonly spec: BertSpec;
  /** The weight of this name, which it adds to the graph the first time. */
  readonly weights: (name: string) => string;
}

/**
 * Matrices have variance 1/(inputs), so that attention is neither flat nor on a single token, and logits are about 1.
 * Embeddings, gains and biases vary a little, so that every term of the graph has an effect.
 */
export function bertWeights(graph: GraphBuilder, spec: BertSpec): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    const existing = known.get(name);
    if (existing) return existing;
    const { dims, fill } = recipe(name, spec);
    known.set(name, graph.weight(name, dims, fill));
    return name;
  };
}

function recipe(
  name: string,
  { hidden, intermediate, vocabSize, maxPositions }: BertSpec,
): {
  dims: number[];
  fill: Fill;
} {
  const part = name.replace(/^layer\.\d+\./, '');
  const matrix = (rows: number, columns: number): { dims: number[]; fill: Fill } => ({
    dims: [rows, columns],
    fill: { kind: 'uniform', std: 1 / Math.sqrt(rows) },
  });
  const vector = (length: number, mean = 0): { dims: number[]; fill: Fill } => ({
    dims: [length],
    fill: { kind: 'uniform', std: 0.02, mean },
  });
  const table = (rows: number, std: number): { dims: number[]; fill: Fill } => ({
    dims: [rows, hidden],
    fill: { kind: 'uniform', std },
  });
  switch (part) {
    case 'embeddings.word':
      return table(vocabSize, 0.05);
    case 'embeddings.position':
      return table(maxPositions, 0.02);
    case 'embeddings.segment':
      return table(2, 0.02);
    case 'qkv.weight': {
      const names = ['query', 'key', 'value'].map((kind) => name.replace('qkv', kind));
      const fill = { kind: 'side-by-side', std: 1 / Math.sqrt(hidden), columns: hidden, names } as const;
      return { dims: [hidden, 3 * hidden], fill };
    }
    case 'qkv.bias': {
      const names = ['query', 'key', 'value'].map((kind) => name.replace('qkv', kind));
      return { dims: [3 * hidden], fill: { kind: 'side-by-side', std: 0.02, columns: hidden, names } };
    }
    case 'intermediate.weight':
      return matrix(hidden, intermediate);
    case 'intermediate.bias':
      return vector(intermediate);
    case 'output.weight':
      return matrix(intermediate, hidden);
    case 'qa.weight':
      return matrix(hidden, 2);
    case 'qa.bias':
      return vector(2);
    default:
      if (part.endsWith('.norm.gamma')) return vector(hidden, 1);
      return part.endsWith('.weight') ? matrix(hidden, hidden) : vector(hidden);
  }
}
