/** The catalogue of models: `models/*.yaml`, checked, and the benchmarks they serve. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type QualityTarget, type QualityTargets, qualityTarget } from '../accuracy/quality.js';
import { findTrained, trainedGraph } from '../assets/trained.js';
import { BaremarkError } from '../base/errors.js';
import { nearest, orList, show, suggestion } from '../base/suggest.js';
import { type GraphSpec, graphKinds } from '../graphs/spec.js';
import { scenarios } from '../loadgen/settings/settings.js';
import type { ModelSpec } from './types.js';
import { parseDuration } from './values.js';
import { checkedYaml, map, readYaml } from './yaml.js';

/** A model and the MLPerf benchmarks it serves; a model without any is a benchmark itself, without a target. */
export interface CatalogueEntry {
  readonly model: ModelSpec;
  readonly benchmarks: Readonly<Record<string, QualityTarget>>;
}

/** The folder of models that comes with baremark. */
const modelsDir = fileURLToPath(new URL('../../models/', import.meta.url));

const isMap = (value: unknown) => typeof value === 'object' && value !== null;

const count = z.int('a whole number of at least 1').min(1, 'a whole number of at least 1');
const name = z
  .string('a string')
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'a name of lowercase letters, digits, dots and dashes');
const bound = map({
  latency: z
    .union([z.string(), z.number()], 'a duration such as 130ms')
    .transform(parseDuration)
    .pipe(z.number('a duration such as 130ms').positive('a duration such as 130ms')),
  percentile: z.number('a share such as 0.99').gt(0, 'a share above 0').lt(1, 'a share below 1'),
}).transform(({ latency, percentile }) => ({ ns: latency * 1e6, percentile }));

const graph = z.discriminatedUnion(
  'kind',
  [
    map({
      kind: z.literal('bert'),
      layers: count,
      hidden: count,
      heads: count,
      intermediate: count,
      'vocab-size': count,
      'max-positions': count,
    }),
    map({
      kind: z.literal('ssd-resnet34'),
      'width-multiplier': z.number('a number').gt(0, 'a number above 0').default(1),
    }),
    map({ kind: z.literal('ssd-mobilenet') }),
  ],
  { error: ({ input }) => (isMap(input) ? orList(graphKinds) : `a map with the kind ${orList(graphKinds)}`) },
);

const quality = map({
  metric: z.enum(['F1', 'mAP'], 'F1 or mAP'),
  reference: z.number('a number above 0').gt(0, 'a number above 0'),
  share: z.number('a share such as 0.99').gt(0, 'a share above 0').max(1, 'a share of at most 1'),
}).transform(({ metric, reference, share }) => qualityTarget(metric, reference, share));

const modelFile = map({
  name,
  description: z.string('a string'),
  graph,
  precision: z.enum(['fp32', 'fp16'], 'fp32 or fp16'),
  'weights-seed': z.int('a whole number').min(0, 'a whole number of at least 0').optional(),
  'input-size': count,
  qsl: map({ total: count, performance: count }),
  'latency-bounds': z.partialRecord(z.enum(scenarios, orList(scenarios)), bound).default({}),
  benchmarks: z.record(name, quality).default({}),
}).check(({ value, issues }) => {
  const trained = value.graph.kind === 'ssd-mobilenet';
  if (trained === (value['weights-seed'] === undefined)) return;
  const message = trained ? 'left out, because its weights were trained' : 'a whole number of at least 0';
  issues.push({ code: 'custom', path: ['weights-seed'], message, input: value });
});

type ModelFile = Omit<z.infer<typeof modelFile>, 'benchmarks'>;

/** Reads one model. Throws `BAD_YAML` that names file, line, key, value and what it must be. */
export function readModel(path: string): CatalogueEntry {
  const { benchmarks, ...model } = checkedYaml(readYaml(path), modelFile);
  return {
    benchmarks,
    model: {
      name: model.name,
      description: model.description,
      task: model.graph.kind === 'bert' ? 'bert' : 'ssd',
      // The graph kinds have the names that LoadGen's conf files use.
      confName: model.graph.kind,
      precision: model.precision,
      ...weightsOf(model),
      latencyBounds: model['latency-bounds'],
      qsl: model.qsl,
      inputSize: model['input-size'],
    },
  };
}

/** The weights, and the graph as its builder takes it, which checks the sizes against each other. */
function weightsOf(model: ModelFile): Pick<ModelSpec, 'weights' | 'graph' | 'normalization' | 'classes'> {
  if (model.graph.kind === 'ssd-mobilenet') {
    const trained = findTrained(model.graph.kind)!;
    return {
      weights: { kind: 'trained', package: trained.package, licence: trained.licence },
      graph: { ...trainedGraph(trained), inputSize: model['input-size'], precision: model.precision },
      normalization: 'signed',
      classes: 'category-ids',
    };
  }
  const seed = model['weights-seed']!;
  return { weights: { kind: 'seeded', seed }, graph: seededGraph({ ...model, graph: model.graph }, seed) };
}

function seededGraph(
  model: ModelFile & { readonly graph: Exclude<ModelFile['graph'], { kind: 'ssd-mobilenet' }> },
  seed: number,
): GraphSpec {
  const common = { precision: model.precision, seed };
  if (model.graph.kind === 'bert') {
    const { 'vocab-size': vocabSize, 'max-positions': maxPositions, ...bert } = model.graph;
    return { ...bert, vocabSize, maxPositions, ...common };
  }
  return {
    kind: 'ssd-resnet34',
    inputSize: model['input-size'],
    widthMultiplier: model.graph['width-multiplier'],
    input: 'float-nchw',
    nms: 'graph',
    ...common,
  };
}

/** All models of a folder, by name. */
export function readCatalogue(dir = modelsDir): readonly CatalogueEntry[] {
  return readdirSync(dir)
    .filter((file) => /\.ya?ml$/.test(file))
    .sort()
    .map((file) => readModel(join(dir, file)));
}

/** A benchmark: its name, its model, and the quality that it asks for. */
export interface Benchmark {
  readonly name: string;
  readonly model: ModelSpec;
  readonly quality?: QualityTarget;
}

/** The quality targets of the catalogue, for whoever judges runs that no plan made. */
export function qualityTargets(catalogue: readonly CatalogueEntry[] = readCatalogue()): QualityTargets {
  return new Map(catalogue.flatMap(({ benchmarks }) => Object.entries(benchmarks)));
}

/** The benchmarks of a model, or the model itself where it serves none. */
export function benchmarksOf({ model, benchmarks }: CatalogueEntry): readonly Benchmark[] {
  const named = Object.entries(benchmarks).map(([name, quality]) => ({ name, model, quality }));
  return named.length > 0 ? named : [{ name: model.name, model }];
}

/**
 * The benchmark of this name; a model's name stands for its first benchmark.
 * Throws `UNKNOWN_MODEL` with a near match.
 */
export function findBenchmark(
  wanted: string,
  where: string,
  catalogue: readonly CatalogueEntry[] = readCatalogue(),
): Benchmark {
  const all = catalogue.flatMap(benchmarksOf);
  const entry = catalogue.find(({ model }) => model.name === wanted);
  const found = all.find(({ name }) => name === wanted) ?? (entry && benchmarksOf(entry)[0]);
  if (found !== undefined) return found;
  const names = [...new Set([...all.map((one) => one.name), ...catalogue.map(({ model }) => model.name)])];
  const near = nearest(wanted, names);
  const advice = near === undefined ? suggestion(wanted, names) : `did you mean ${near}?`;
  throw new BaremarkError(
    'UNKNOWN_MODEL',
    `${where} is ${show(wanted)}, which is not a known model or benchmark; ${advice}`,
  );
}
