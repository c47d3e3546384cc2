/** Which graph a spec asks for: its builder, and its inputs and outputs without building it. */
import { bertSignature, buildBert } from './bert/bert.js';
import type { GraphBuilder } from './graph-builder.js';
import type { GraphSignature, GraphSpec } from './spec.js';
import { buildSsd, ssdSignature } from './ssd/ssd-resnet34.js';

/** Inputs and outputs of the graph of this spec. */
export function graphSignature(spec: GraphSpec): GraphSignature {
  return spec.kind === 'bert' ? bertSignature() : ssdSignature(spec);
}

/** The graph of this spec, with its weights as recipes. */
export function buildGraph(spec: GraphSpec): GraphBuilder {
  return spec.kind === 'bert' ? buildBert(spec) : buildSsd(spec);
}

/** Values that training would set: all weights except tables of constants. */
export function parameterCount(spec: GraphSpec): number {
  return buildGraph(spec)
    .layout()
    .placements.filter(({ weight }) => !weight.keepFloat)
    .reduce((sum, { weight }) => sum + weight.dims.reduce((product, dim) => product * dim, 1), 0);
}
