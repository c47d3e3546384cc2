/** Writes a graph and its weights into a folder, piece by piece, and hashes what it writes. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { GraphBuilder, PlacedWeight } from './graph-builder.js';
import { toHalf } from './half.js';
import { fillPiece, rowLength } from './weights.js';

/** File names inside a model's folder. */
export const graphFile = 'model.onnx';
export const weightsFile = 'model.data';

/** Weights written so far, and in all, in bytes. */
export type BuildProgress = (doneBytes: number, totalBytes: number) => void;

export interface WrittenModel {
  /** SHA-256 over the bytes of the graph file followed by those of the weights file, hex. */
  readonly sha256: string;
  /** Bytes of each file. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** Values computed at a time: 4 MiB of float32. */
const pieceValues = 1 << 20;

/** Writes both files into `folder`, which must exist; never holds more than one piece of the weights in memory. */
export async function writeModel(
  graph: GraphBuilder,
  name: string,
  seed: number,
  folder: string,
  onProgress?: BuildProgress,
): Promise<WrittenModel> {
  const { placements, bytes } = graph.layout();
  const encoded = graph.encode(name, weightsFile);
  const hash = createHash('sha256').update(encoded);
  const graphHandle = await open(join(folder, graphFile), 'wx');
  try {
    await graphHandle.writeFile(encoded);
  } finally {
    await graphHandle.close();
  }
  const handle = await open(join(folder, weightsFile), 'wx');
  try {
    let written = 0;
    for (const piece of pieces(placements, seed)) {
      hash.update(piece);
      for (let at = 0; at < piece.length; ) at += (await handle.write(piece, at)).bytesWritten;
      written += piece.length;
      onProgress?.(written, bytes);
    }
  } finally {
    await handle.close();
  }
  return { sha256: hash.digest('hex'), sizes: { [graphFile]: encoded.length, [weightsFile]: bytes } };
}

/** The weights file from first byte to last; a piece is valid until the next is asked for. */
function* pieces(placements: readonly PlacedWeight[], seed: number): Generator<Uint8Array> {
  let end = 0;
  for (const { weight, type, offset, bytes } of placements) {
    if (offset > end) yield new Uint8Array(offset - end);
    end = offset + bytes;
    const total = bytes / (type === 'float32' ? 4 : 2);
    const row = rowLength(weight);
    const step = Math.min(total, Math.max(row, Math.floor(pieceValues / row) * row));
    const values = new Float32Array(step);
    const halves = new Uint16Array(type === 'float16' ? step : 0);
    for (let start = 0; start < total; start += step) {
      const length = Math.min(step, total - start);
      fillPiece(weight, seed, start, length, values);
      if (type === 'float16') toHalf(values, halves, length);
      const source = type === 'float16' ? halves : values;
      yield new Uint8Array(source.buffer, 0, length * source.BYTES_PER_ELEMENT);
    }
  }
}
