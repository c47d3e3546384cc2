/** The operators that can be lowered, by domain and name: the one table of them. */
import type { OnnxNode } from '../../../onnx/read-graph.js';
import type { Lowering, Lowerings } from './operator.js';
import { elementwise } from './operators/elementwise.js';
import { contrib } from './operators/fused.js';
import { images } from './operators/image.js';
import { matrices } from './operators/matrix.js';
import { selection } from './operators/select.js';
import { shapes } from './operators/shape.js';

export const operatorTable: Readonly<Record<string, Lowerings>> = {
  '': { ...elementwise, ...shapes, ...selection, ...matrices, ...images },
  'com.microsoft': contrib,
};

export function loweringOf({ domain, op }: Pick<OnnxNode, 'domain' | 'op'>): Lowering | undefined {
  const operators = operatorTable[domain];
  return operators && Object.hasOwn(operators, op) ? operators[op] : undefined;
}
