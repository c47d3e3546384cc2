/** The same BERT made of ONNX Runtime's contrib operators, which have fused kernels on CPU and CUDA. */
import type { BertContext } from './weights.js';

const domain = 'com.microsoft';

/** Embeddings and their normalization; `lengths` is the number of unmasked tokens of each sequence. */
export function embedFused(
  { graph, weights }: BertContext,
  ids: string,
  mask: string,
  segments: string,
): { tokens: string; lengths: string } {
  const tables = ['word', 'position', 'segment', 'norm.gamma', 'norm.beta'].map((name) =>
    weights(`embeddings.${name}`),
  );
  const [ids32, segments32, mask32] = [ids, segments, mask].map((name) => graph.cast(name, 'int32')) as [
    string,
    string,
    string,
  ];
  const [tokens, lengths] = graph.nodes('EmbedLayerNormalization', [ids32, segments32, ...tables, mask32], {
    domain,
    outputs: 2,
    attributes: { epsilon: { float: 1e-12 } },
  }) as [string, string];
  return { tokens, lengths };
}

/** One encoder layer. */
export function encoderFused(context: BertContext, layer: number, x: string, lengths: string): string {
  const { graph, spec, weights } = context;
  const at = `layer.${layer}`;
  const attention = graph.node(
    'Attention',
    [x, weights(`${at}.qkv.weight`), weights(`${at}.qkv.bias`), lengths],
    {
      domain,
      attributes: { num_heads: spec.heads },
    },
  );
  const projected = graph.node('MatMul', [attention, weights(`${at}.attention.weight`)]);
  const attended = skipNorm(context, projected, x, `${at}.attention`);
  const inner = graph.node(
    'BiasGelu',
    [
      graph.node('MatMul', [attended, weights(`${at}.intermediate.weight`)]),
      weights(`${at}.intermediate.bias`),
    ],
    { domain },
  );
  return skipNorm(
    context,
    graph.node('MatMul', [inner, weights(`${at}.output.weight`)]),
    attended,
    `${at}.output`,
  );
}

function skipNorm({ graph, weights }: BertContext, x: string, skip: string, name: string): string {
  const inputs = [
    x,
    skip,
    weights(`${name}.norm.gamma`),
    weights(`${name}.norm.beta`),
    weights(`${name}.bias`),
  ];
  return graph.node('SkipLayerNormalization', inputs, { domain, attributes: { epsilon: { float: 1e-12 } } });
}
