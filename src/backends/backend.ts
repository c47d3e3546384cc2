/** The contract of a backend: it opens a session for a model on a device, and a session runs one batch. */
import type { TensorInfo, TensorMap } from '../base/tensor.js';

export type Precision = 'fp32' | 'fp16' | 'int8';

/** The model to open. `file` is absent for backends that need none (simulated, a remote server's own copy). */
export interface ModelRef {
  readonly name: string;
  readonly file?: string;
  readonly precision: Precision;
}

export interface OpenRequest {
  readonly model: ModelRef;
  /** `cpu`, `cuda:0`, `tensorrt:0`, `webgpu`, ... as the backend defines; validated by the backend. */
  readonly device: string;
  /** Which of the device's instances this session serves, counting from 0 over all instances of the run. */
  readonly instance: number;
  /** Whatever the user gave for the backend, e.g. `{ intraOpThreads: 1 }` or `{ fixedMs: 2 }`. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface Batch {
  /** Samples in this batch, at least 1. */
  readonly size: number;
  /** The model's inputs, first dimension = `size`; empty where the session declares no inputs. */
  readonly feeds: TensorMap;
}

/**
 * A loaded model on a device, used by the one thread that opened it and by one batch at a time.
 * `run` may return at once or a promise; it throws (or rejects) to fail the whole batch.
 */
export interface Session {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** What really runs the model, e.g. `CPUExecutionProvider`; recorded with the result. */
  readonly provider: string;
  run(batch: Batch): TensorMap | Promise<TensorMap>;
  close(): void | Promise<void>;
}

export interface Backend {
  readonly name: string;
  /** Version of the runtime behind it, for the record. */
  readonly version: string;
  /** Throws a `BaremarkError` when the model or the device cannot be opened; never falls back to another device. */
  open(request: OpenRequest): Promise<Session>;
}
