/** Where `baremark setup tfjs` has put TF.js and TensorFlow, and which of their parts are there. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheDir } from '../../base/files.js';

/** How TF.js computes: with TensorFlow's library for the CPU or for CUDA, or by itself, in WebAssembly or over WebGPU. */
export const tfjsVariants = ['cpu', 'cuda', 'wasm', 'webgpu'] as const;
export type TfjsVariant = (typeof tfjsVariants)[number];
const nativeVariants = ['cpu', 'cuda'] as const satisfies readonly TfjsVariant[];
/** A variant that computes with TensorFlow's library. */
export type NativeVariant = (typeof nativeVariants)[number];

export function isNative(name: TfjsVariant): name is NativeVariant {
  return nativeVariants.some((native) => native === name);
}

/** Groups of npm packages beyond TF.js's core and WebAssembly, by npm's names of them in `setup/tfjs/package.json`. */
export const packageGroups = ['optional', 'dev'] as const;
export type PackageGroup = (typeof packageGroups)[number];

export const packageGroupsOf: Readonly<Record<TfjsVariant, readonly PackageGroup[]>> = {
  cpu: ['optional'],
  cuda: ['optional'],
  wasm: [],
  webgpu: ['dev'],
};

const file = z.object({
  /** Relative to the folder of the installation. */
  path: z.string(),
  bytes: z.number(),
});

const variant = z.object({
  /** Packages and their versions: npm's, TensorFlow's wheel and NVIDIA's. */
  versions: z.record(z.string(), z.string()),
  /** SHA-256 of each wheel and of the addon, hex, by file name. */
  sha256: z.record(z.string(), z.string()),
  /** What must be there for the variant to load. */
  files: z.array(file),
});

/** `installed.json`, which is written last. */
export const installedSchema = z.object({
  schema: z.literal('baremark-tfjs/1'),
  variants: z.partialRecord(z.enum(tfjsVariants), variant),
});

export type Installed = z.infer<typeof installedSchema>;

export interface TfjsPlace {
  /** The folder of the installation. */
  readonly root: string;
  /** The folder of the npm packages; `@tensorflow/tfjs-core` is in it whatever the variant. */
  readonly nodeModules: string;
  /** The variants that are there whole. */
  readonly variants: readonly TfjsVariant[];
  /** What was installed for each of them. */
  readonly installed: Installed;
}

/** Where the installation belongs. Throws `OUTPUT_NOT_WRITABLE` where there is no place for a cache. */
export function tfjsRoot(): string {
  return join(cacheDir(), 'tfjs');
}

/** The addon of a variant, whether it is there or not. */
export function addonPath(root: string, name: NativeVariant): string {
  return join(root, 'addon', `tfjs_binding-${name}.node`);
}

/** The folder of a variant's libraries: `tensorflow/` and, for CUDA, `nvidia/` beside it, as Python would have them. */
export function librariesPath(root: string, name: NativeVariant): string {
  return join(root, 'tensorflow', name);
}

/** What `installed.json` says; undefined where it is absent or damaged. */
export function readInstalled(root: string): Installed | undefined {
  try {
    return installedSchema.parse(JSON.parse(readFileSync(join(root, 'installed.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

function isThere(root: string, { path, bytes }: { path: string; bytes: number }): boolean {
  return statSync(join(root, path), { throwIfNoEntry: false })?.size === bytes;
}

/** The installation with the variants whose files all are there; undefined where there is none. */
export function findTfjs(root: string = tfjsRoot()): TfjsPlace | undefined {
  const installed = readInstalled(root);
  if (installed === undefined) return undefined;
  const variants = tfjsVariants.filter((name) =>
    installed.variants[name]?.files.every((file) => isThere(root, file)),
  );
  if (variants.length === 0) return undefined;
  return { root, nodeModules: join(root, 'node_modules'), variants, installed };
}
