/** Where onnxruntime-node is installed, its version, and the folder its native libraries are loaded from. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';

export interface OnnxRuntimePlace {
  /** The package's folder. */
  readonly root: string;
  readonly version: string;
  /** The folder of `libonnxruntime.so.1`, where provider libraries belong. */
  readonly libraries: string;
}

function packageOf(file: string): OnnxRuntimePlace | undefined {
  for (let root = dirname(file); root !== dirname(root); root = dirname(root)) {
    const manifest = join(root, 'package.json');
    if (!existsSync(manifest)) continue;
    const { name, version } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      name?: string;
      version?: string;
    };
    if (name === 'onnxruntime-node' && version !== undefined)
      return { root, version, libraries: join(root, 'bin', 'napi-v6', platform(), arch()) };
  }
  return undefined;
}

/** The installed package, or undefined where there is none. */
export function findOnnxRuntime(): OnnxRuntimePlace | undefined {
  try {
    return packageOf(createRequire(import.meta.url).resolve('onnxruntime-node'));
  } catch {
    return undefined;
  }
}
