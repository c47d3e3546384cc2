import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { afterAll } from 'vitest';
import type { BertSpec, SsdSpec } from '../../src/graphs/spec.js';

/** Small enough to build and run in a blink. */
export const tinyBert: BertSpec = {
  kind: 'bert',
  layers: 2,
  hidden: 64,
  heads: 2,
  intermediate: 128,
  vocabSize: 1000,
  maxPositions: 64,
  precision: 'fp32',
  seed: 7,
};

/** The smallest image with an eighth of the channels. */
export const tinySsd: SsdSpec = {
  kind: 'ssd-resnet34',
  inputSize: 385,
  input: 'uint8-nhwc',
  precision: 'fp32',
  seed: 7,
  nms: 'graph',
  widthMultiplier: 0.125,
};

/** A folder that is gone after the file's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'baremark-graphs-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A session on one CPU thread that says nothing. */
export function open(path: string): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(path, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
  });
}

/** Park and Miller's generator ("Random number generators: good ones are hard to find", 1988): uniform on (0, 1). */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** Standard normal values by Box and Muller's transform. */
export function normal(seed: number): () => number {
  const next = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
}

/** The largest distance between values of the same index. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

/** Arrays of numbers back to back. */
export function joined<T extends Float32Array | Uint8Array>(parts: readonly T[]): T {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const out = (parts[0] instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length)) as T;
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
