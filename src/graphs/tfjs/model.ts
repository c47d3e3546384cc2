/** A TensorFlow.js graph model: the nodes of its topology, and the values of its weights out of their shards. */
import { z } from 'zod';

/** A node as TensorFlow's GraphDef has it. */
export interface TfNode {
  readonly name: string;
  readonly op: string;
  /** `NAME`, `NAME:output`, or `^NAME` for one that only has to run before. */
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, unknown>>;
}

export interface TfConstant {
  readonly dims: readonly number[];
  readonly values: Float32Array | Int32Array;
}

export interface TfjsModel {
  readonly nodes: ReadonlyMap<string, TfNode>;
  /** The values of the nodes `Const`, by name. */
  readonly constants: ReadonlyMap<string, TfConstant>;
}

const weight = z.object({
  name: z.string(),
  shape: z.array(z.int().min(0)),
  dtype: z.string(),
  quantization: z.object({ dtype: z.string(), scale: z.number(), min: z.number() }).partial().optional(),
});
const document = z.object({
  modelTopology: z.object({
    node: z.array(
      z.object({
        name: z.string(),
        op: z.string(),
        input: z.array(z.string()).default([]),
        attr: z.record(z.string(), z.unknown()).default({}),
      }),
    ),
  }),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(weight) })),
});

const byteSizes: Readonly<Record<string, number>> = { float32: 4, int32: 4, uint8: 1, uint16: 2 };

/**
 * Reads `model.json` and its shards; weights that were quantized to 8 or 16 bits become float32 (value × scale + min).
 * @param read the bytes of a file beside it; undefined if there is none
 * @throws Error that says what is wrong, as a phrase
 */
export function readTfjsModel(json: Buffer, read: (path: string) => Buffer | undefined): TfjsModel {
  const { modelTopology, weightsManifest } = document.parse(JSON.parse(json.toString('utf8')));
  const constants = new Map<string, TfConstant>();
  for (const group of weightsManifest) {
    const shards = group.paths.map((path) => {
      const bytes = read(path);
      if (bytes === undefined) throw new Error(`there is no ${path} beside model.json`);
      return bytes;
    });
    const bytes = Buffer.concat(shards);
    let at = 0;
    for (const { name, shape, dtype, quantization } of group.weights) {
      const stored = quantization?.dtype ?? dtype;
      const size = byteSizes[stored];
      if (size === undefined || !['float32', 'int32'].includes(dtype))
        throw new Error(`the weight ${name} is ${stored === dtype ? dtype : `${stored} for ${dtype}`}`);
      const count = shape.reduce((product, dim) => product * dim, 1);
      if (at + count * size > bytes.length) throw new Error(`the shards end before the weight ${name}`);
      // The slice starts at an offset of its own, as a typed array needs it.
      const own = new Uint8Array(bytes.subarray(at, at + count * size)).buffer;
      const { scale = 1, min = 0 } = quantization ?? {};
      const raw =
        stored === 'float32'
          ? new Float32Array(own)
          : stored === 'int32'
            ? new Int32Array(own)
            : stored === 'uint8'
              ? new Uint8Array(own)
              : new Uint16Array(own);
      const values =
        raw instanceof Float32Array || raw instanceof Int32Array
          ? raw
          : dtype === 'float32'
            ? Float32Array.from(raw, (value) => value * scale + min)
            : Int32Array.from(raw, (value) => Math.round(value * scale + min));
      constants.set(name, { dims: shape, values });
      at += count * size;
    }
  }
  return { nodes: new Map(modelTopology.node.map((node) => [node.name, node])), constants };
}

/** A whole-number list attribute, such as `strides`. */
export function intsOf({ attr }: TfNode, name: string): readonly number[] {
  const list = (attr[name] as { list?: { i?: readonly (string | number)[] } } | undefined)?.list?.i ?? [];
  return list.map(Number);
}

export function intOf({ attr }: TfNode, name: string): number {
  return Number((attr[name] as { i?: string | number } | undefined)?.i ?? 0);
}

export function floatOf({ attr }: TfNode, name: string, otherwise: number): number {
  return Number((attr[name] as { f?: number } | undefined)?.f ?? otherwise);
}

/** A text attribute: TF.js writes it as base64, older converters as a list of character codes. */
export function textOf({ attr }: TfNode, name: string): string {
  const value = (attr[name] as { s?: string | readonly number[] } | undefined)?.s;
  if (value === undefined) return '';
  return typeof value === 'string'
    ? Buffer.from(value, 'base64').toString('latin1')
    : String.fromCharCode(...value);
}
