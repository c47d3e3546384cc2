/** Which graph a spec asks for: its builder, and its inputs and outputs without building it. */
import { modelCacheDir } from '../base/files.js';
import { bertSignature, buildBert } from './bert/bert.js';
import type { GraphBuilder } from './graph-builder.js';
import type { GraphSignature, GraphSpec } from './spec.js';
import { buildSsd, ssdSignature } from './ssd/ssd-resnet34.js';
import { buildSsdMobilenet, ssdMobilenetSignature } from './ssd-mobilenet/ssd-mobilenet.js';
import { readTrained } from './ssd-mobilenet/trained.js';

/** Inputs and outputs of the graph of this spec. */
export function graphSignature(spec: GraphSpec): GraphSignature {
  if (spec.kind === 'bert') return bertSignature();
  return spec.kind === 'ssd-resnet34' ? ssdSignature(spec) : ssdMobilenetSignature(spec);
}

/**
 * The graph of this spec, with its weights as recipes; `cacheDir` holds those that were trained.
 * @throws BaremarkError BAD_MODEL_FILE where trained weights are not there, or cannot be used
 */
export function buildGraph(spec: GraphSpec, cacheDir = modelCacheDir()): GraphBuilder {
  if (spec.kind === 'bert') return buildBert(spec);
  return spec.kind === 'ssd-resnet34' ? buildSsd(spec) : buildSsdMobilenet(spec, readTrained(spec, cacheDir));
}

/** Values that training would set: all weights except tables of constants. */
export function parameterCount(spec: GraphSpec, cacheDir?: string): number {
  return buildGraph(spec, cacheDir)
    .layout()
    .placements.filter(({ weight }) => !weight.keepFloat)
    .reduce((sum, { weight }) => sum + weight.dims.reduce((product, dim) => product * dim, 1), 0);
}
