/** The precision that a model file computes in, as its graph shows it. */
import type { GraphFacts } from './graph-facts.js';

export type FilePrecision =
  | { readonly kind: 'known'; readonly precision: 'fp32' | 'fp16' | 'int8' }
  /** Most weights are of a type that none of the precisions stands for, such as bfloat16. */
  | { readonly kind: 'other'; readonly type: string }
  /** There are no weights to tell it by. */
  | { readonly kind: 'unclear' };

const ofType: Readonly<Record<string, 'fp32' | 'fp16'>> = { float32: 'fp32', float16: 'fp16' };

/** Indices, shapes, flags, and what quantized nodes read: they do not tell what the rest is computed in. */
const untelling = /^(u?int(8|16|32|64)|bool|string|undefined)$/;

/** The floating-point type of most of the weights, or int8 where nodes quantize. */
export function filePrecision({
  weights,
  quantizedNodes,
}: Pick<GraphFacts, 'weights' | 'quantizedNodes'>): FilePrecision {
  const telling = [...weights].filter(([type, values]) => !untelling.test(type) && values > 0);
  const most = telling.sort(([, a], [, b]) => b - a)[0]?.[0];
  const precision = ofType[most ?? ''];
  if (most !== undefined && precision === undefined) return { kind: 'other', type: most };
  if (quantizedNodes > 0) return { kind: 'known', precision: 'int8' };
  return precision === undefined ? { kind: 'unclear' } : { kind: 'known', precision };
}
