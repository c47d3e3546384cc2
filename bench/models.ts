/** The models and samples that benchmarks compute with: the quick plan's, on synthetic data of real lengths and sizes. */
import { modelCacheDir } from '../src/base/files.js';
import { openLibrary } from '../src/datasets/open-library.js';
import type { LoadedSamples, SampleLibrary } from '../src/datasets/sample-library.js';
import type { PhaseConfig } from '../src/engine/phase.js';
import { WorkerPool } from '../src/engine/worker-pool.js';
import { ensureModel } from '../src/graphs/model-cache.js';
import type { BertSpec, SsdSpec } from '../src/graphs/spec.js';
import { type Queries, untilAllIssued } from '../src/loadgen/index.js';
import { findBenchmark } from '../src/plan/models.js';
import { oneQuery } from '../src/sut/rate.js';

export interface Bench {
  readonly name: string;
  readonly file: string;
  readonly library: SampleLibrary;
  readonly loaded: LoadedSamples;
  /** Longest sequence, tokens. */
  readonly maxLength: number;
}

/** A model of the catalogue, with other graph choices where given, built if needed, with `count` loaded samples. */
export async function benchModel(
  name: string,
  count: number,
  choices: Partial<Pick<BertSpec, 'precision' | 'fused'> & Pick<SsdSpec, 'nms'>> = {},
): Promise<Bench> {
  const { model } = findBenchmark(name, 'bench');
  const { path } = await ensureModel({ ...model.graph!, ...choices }, modelCacheDir());
  const library = await openLibrary(
    model.task === 'bert'
      ? { kind: 'synthetic-text', seed: 1, maxSequence: model.inputSize, vocabSize: 30522 }
      : { kind: 'synthetic-images', seed: 1, inputSize: model.inputSize, layout: 'float-nchw' },
  );
  const loaded = await library.load(Uint32Array.from({ length: count }, (_, i) => i));
  return { name, file: path, library, loaded, maxLength: model.inputSize };
}

/** One CPU thread per instance. */
export function openPool(bench: Bench, instances: number, device = 'cpu'): Promise<WorkerPool> {
  return WorkerPool.open({
    backend: 'onnxruntime',
    model: { name: bench.name, file: bench.file, precision: 'fp32' },
    devices: [device],
    instances,
    options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
    nice: 0,
  });
}

/** One query over the loaded samples in turn. */
export function offlineQueries(bench: Bench, rowCount: number): Queries {
  return oneQuery(bench.loaded.indices, rowCount);
}

/** An Offline phase as the conductor runs it on the CPU. */
export function offlinePhase(
  bench: Bench,
  queries: Queries,
  maxBatch: number,
  pad: 'longest' | 'max' = 'longest',
): PhaseConfig {
  return {
    queries,
    limits: untilAllIssued,
    meanGapNs: 0,
    freeCores: 0,
    policy: { maxBatch, order: 'longest-first', buckets: [], padding: { pad, maxLength: bench.maxLength } },
    idleSpinNs: 0,
    lengthOf: bench.library.sampleLength?.bind(bench.library),
    loaded: bench.loaded,
    hangLimitNs: 300e9,
  };
}
