/** BERT for question answering as a graph: embeddings, encoder layers and the start and end logits of every token. */

import { GraphBuilder, newestOpset } from '../graph-builder.js';
import { type BertSpec, type GraphSignature, tensorInfo } from '../spec.js';
import { embedFused, encoderFused } from './fused.js';
import { type BertContext, bertWeights } from './weights.js';

/** The last operator set in which ONNX Runtime's optimizer recognizes BERT's attention and its mask. */
const fusingOpset = 12;

/** BERT's 1e-12 is 0 in half precision; this is two of its smallest steps. */
const halfEpsilon = 2 ** -23;

/** Added to the attention scores of masked tokens, as in the original BERT. */
const masked = -10000;

/** The official names: int64 [batch, sequence] in, float32 logits [batch, sequence] out. */
export function bertSignature(): GraphSignature {
  const dims = ['batch', 'sequence'];
  return {
    inputs: ['input_ids', 'input_mask', 'segment_ids'].map((name) => tensorInfo(name, 'int64', dims)),
    outputs: ['output_start_logits', 'output_end_logits'].map((name) => tensorInfo(name, 'float32', dims)),
  };
}

/** The graph of a BERT; with `fused`, it is made of contrib operators and has the same weights. */
export function buildBert(spec: BertSpec): GraphBuilder {
  const graph = new GraphBuilder(spec.precision, spec.fused ? newestOpset : fusingOpset);
  const { inputs, outputs } = bertSignature();
  const [ids, mask, segments] = inputs.map((info) => graph.input(info)) as [string, string, string];
  const context: BertContext = { graph, spec, weights: bertWeights(graph, spec) };
  let x: string;
  if (spec.fused) {
    const embedded = embedFused(context, ids, mask, segments);
    x = embedded.tokens;
    for (let layer = 0; layer < spec.layers; layer++) x = encoderFused(context, layer, x, embedded.lengths);
  } else {
    x = embed(context, ids, segments);
    const penalty = maskPenalty(context, mask);
    for (let layer = 0; layer < spec.layers; layer++) x = encoder(context, layer, x, penalty);
  }
  const logits = linear(context, x, 'qa');
  outputs.forEach((info, i) => {
    graph.output(
      info,
      graph.node('Gather', [logits, graph.int64([i], [])], { attributes: { axis: -1 } }),
      graph.type,
    );
  });
  return graph;
}

function embed({ graph, weights }: BertContext, ids: string, segments: string): string {
  // Counting along each sequence, instead of slicing the table, lets ONNX Runtime's optimizer know the shape
  // [batch, sequence, hidden]. Without it, it fuses neither attention nor skip connections.
  const ones = graph.node('Add', [graph.node('Mul', [ids, graph.int64([0], [])]), graph.int64([1], [])]);
  const order = graph.node('CumSum', [ones, graph.int64([1], [])], { attributes: { exclusive: 1 } });
  const positions = graph.node('Gather', [weights('embeddings.position'), order]);
  const words = graph.node('Gather', [weights('embeddings.word'), ids]);
  const kinds = graph.node('Gather', [weights('embeddings.segment'), segments]);
  const sum = graph.node('Add', [graph.node('Add', [words, kinds]), positions]);
  return layerNorm({ graph, weights }, sum, 'embeddings');
}

/** [batch, 1, 1, sequence]: 0 for a token, a large negative number for padding. */
function maskPenalty({ graph }: BertContext, mask: string): string {
  const row = graph.node('Unsqueeze', [mask], { attributes: { axes: [1] } });
  const wide = graph.cast(graph.node('Unsqueeze', [row], { attributes: { axes: [2] } }), graph.type);
  return graph.node('Mul', [graph.node('Sub', [graph.number([1], []), wide]), graph.number([masked], [])]);
}

function encoder(context: BertContext, layer: number, x: string, penalty: string): string {
  const { graph, spec } = context;
  const at = `layer.${layer}`;
  const size = spec.hidden / spec.heads;
  const split = (name: string, perm: number[]): string =>
    graph.node(
      'Transpose',
      [graph.node('Reshape', [linear(context, x, `${at}.${name}`), graph.int64([0, 0, spec.heads, size])])],
      { attributes: { perm } },
    );
  const query = split('query', [0, 2, 1, 3]);
  const key = split('key', [0, 2, 3, 1]);
  const value = split('value', [0, 2, 1, 3]);
  const scores = graph.node('Div', [graph.node('MatMul', [query, key]), graph.number([Math.sqrt(size)], [])]);
  const attention = graph.node('Softmax', [graph.node('Add', [scores, penalty])], {
    attributes: { axis: 3 },
  });
  const heads = graph.node('Transpose', [graph.node('MatMul', [attention, value])], {
    attributes: { perm: [0, 2, 1, 3] },
  });
  const joined = graph.node('Reshape', [heads, graph.int64([0, 0, spec.hidden])]);
  const attended = layerNorm(
    context,
    graph.node('Add', [linear(context, joined, `${at}.attention`), x]),
    `${at}.attention`,
  );
  const inner = gelu(context, linear(context, attended, `${at}.intermediate`));
  return layerNorm(
    context,
    graph.node('Add', [linear(context, inner, `${at}.output`), attended]),
    `${at}.output`,
  );
}

function linear({ graph, weights }: BertContext, x: string, name: string): string {
  return graph.node('Add', [graph.node('MatMul', [x, weights(`${name}.weight`)]), weights(`${name}.bias`)]);
}

/** (x − mean) / √(variance + ε) · γ + β, in the form that ONNX Runtime recognizes. */
function layerNorm(
  { graph, weights }: Pick<BertContext, 'graph' | 'weights'>,
  x: string,
  name: string,
): string {
  const mean = (value: string): string => graph.node('ReduceMean', [value], { attributes: { axes: [-1] } });
  const centred = graph.node('Sub', [x, mean(x)]);
  const variance = mean(graph.node('Pow', [centred, graph.number([2], [])]));
  const deviation = graph.node('Sqrt', [
    graph.node('Add', [variance, graph.number([graph.type === 'float16' ? halfEpsilon : 1e-12], [])]),
  ]);
  const scaled = graph.node('Mul', [graph.node('Div', [centred, deviation]), weights(`${name}.norm.gamma`)]);
  return graph.node('Add', [scaled, weights(`${name}.norm.beta`)]);
}

/** x/2 · (1 + erf(x/√2)), in the form that ONNX Runtime recognizes. */
function gelu({ graph }: BertContext, x: string): string {
  const erf = graph.node('Erf', [graph.node('Div', [x, graph.number([Math.SQRT2], [])])]);
  const product = graph.node('Mul', [x, graph.node('Add', [erf, graph.number([1], [])])]);
  return graph.node('Mul', [product, graph.number([0.5], [])]);
}
