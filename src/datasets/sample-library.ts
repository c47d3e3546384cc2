/** The contract of a data set: LoadGen's query sample library (QSL), loaded once into shared memory for all worker threads. */
import type { ElementType } from '../base/tensor.js';

/** How a response is written into the accuracy log: LoadGen's reference layouts. */
export type ResponseKind = 'squad-logits' | 'coco-detections' | 'none';

/** One input of the loaded samples. At most one dimension is -1, which means ragged: its length differs from sample to sample. */
export interface SampleColumn {
  /** The model input it feeds. */
  readonly name: string;
  readonly type: ElementType;
  /** Dimensions of one sample, without the batch dimension; -1 is ragged. */
  readonly dims: readonly number[];
  /** What a shorter sample of a batch is padded with. */
  readonly padValue: number;
  /** All loaded samples, back to back. */
  readonly data: SharedArrayBuffer;
  /** Element offset of each slot in `data`; slot i ends where slot i + 1 starts (one more entry than slots). */
  readonly offsets: Float64Array;
}

/** What `load` leaves in shared memory; a plain value that can be posted to a thread. */
export interface LoadedSamples {
  /** Sample index of each slot. */
  readonly indices: Uint32Array;
  readonly columns: readonly SampleColumn[];
  readonly response: ResponseKind;
}

export interface SampleLibrary {
  readonly name: string;
  /** Samples in the data set (LoadGen's TotalSampleCount). */
  readonly totalSampleCount: number;
  /** Samples that fit in memory together (LoadGen's PerformanceSampleCount). */
  readonly performanceSampleCount: number;
  /** SHA-256 over what determines the samples, hex; equal hashes mean equal samples. */
  readonly hash: string;
  readonly response: ResponseKind;
  /** Name of a sample in the data set, e.g. an image's file name. */
  sampleName(index: number): string;
  /** Length of a sample along the ragged dimension (tokens) without loading it; absent if shapes are fixed. */
  sampleLength?(index: number): number;
  /** Loads these samples; throws a `BaremarkError` that names the file if one cannot be read. */
  load(indices: Uint32Array, onProgress?: (loaded: number) => void): Promise<LoadedSamples>;
  unload(): void;
}
