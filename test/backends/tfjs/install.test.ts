import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import util from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  addonPath,
  findTfjs,
  type Installed,
  librariesPath,
  tfjsRoot,
} from '../../../src/backends/tfjs/install.js';
import { libraryEnvironment, loadBinding } from '../../../src/backends/tfjs/library.js';

const scratch = mkdtempSync(join(tmpdir(), 'baremark-tfjs-'));

/** An installation of these variants, each of one file of five bytes; the addon of `cpu` is text. */
function installation(...names: ('cpu' | 'wasm')[]): string {
  const root = mkdtempSync(join(scratch, 'root-'));
  const variants: Installed['variants'] = {};
  for (const name of names) {
    const path = name === 'cpu' ? 'addon/tfjs_binding-cpu.node' : 'node_modules/wasm.js';
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), 'text\n');
    variants[name] = { versions: { tfjs: '4.22.0' }, sha256: {}, files: [{ path, bytes: 5 }] };
  }
  writeFileSync(join(root, 'installed.json'), JSON.stringify({ schema: 'baremark-tfjs/1', variants }));
  return root;
}

describe('where TF.js is installed', () => {
  it('is a folder of the cache', () => {
    vi.stubEnv('BAREMARK_CACHE', '/cache');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(tfjsRoot()).toBe('/cache/tfjs');
    expect(librariesPath(tfjsRoot(), 'cuda')).toBe('/cache/tfjs/tensorflow/cuda');
  });

  it('has the variants whose files all are there, with their sizes', () => {
    const root = installation('cpu', 'wasm');
    expect(findTfjs(root)).toMatchObject({ root, variants: ['cpu', 'wasm'] });
    writeFileSync(addonPath(root, 'cpu'), 'cut');
    expect(findTfjs(root)?.variants).toEqual(['wasm']);
    rmSync(join(root, 'node_modules'), { recursive: true });
    expect(findTfjs(root)).toBeUndefined();
  });

  it('is nowhere where nothing says that it is whole', () => {
    const root = installation('cpu');
    writeFileSync(join(root, 'installed.json'), '{"schema": "baremark-tfjs/1", "vari');
    expect(findTfjs(root)).toBeUndefined();
    expect(findTfjs(join(scratch, 'absent'))).toBeUndefined();
  });
});

describe('loading its binding', () => {
  it('names the command where the variant is not there, or does not load', () => {
    const place = findTfjs(installation('cpu'))!;
    expect(() => loadBinding(place, 'cuda')).toThrow(
      `TensorFlow for cuda is not installed in ${place.root}; install it with baremark setup tfjs --device cuda.`,
    );
    expect(() => loadBinding(place, 'cpu')).toThrow(
      /^TensorFlow for cpu does not load from .+; try baremark setup tfjs --device cpu\.$/,
    );
  });

  it('puts back what tfjs-node takes from Node, whatever the version', () => {
    const place = findTfjs(installation('cpu'))!;
    const own = util as unknown as Record<string, unknown>;
    const before = { isNullOrUndefined: own.isNullOrUndefined, isArray: own.isArray };
    onTestFinished(() => void Object.assign(own, before));
    own.isNullOrUndefined = undefined;
    own.isArray = undefined;
    expect(() => loadBinding(place, 'cpu')).toThrow('does not load');
    expect((own.isNullOrUndefined as (value: unknown) => boolean)(null)).toBe(true);
    expect((own.isNullOrUndefined as (value: unknown) => boolean)(0)).toBe(false);
    expect((own.isArray as (value: unknown) => boolean)([])).toBe(true);
  });

  it('lets the memory of a GPU grow, and keeps the log of the library quiet', () => {
    expect(libraryEnvironment('cuda')).toEqual({
      TF_CPP_MIN_LOG_LEVEL: '3',
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    });
    expect(libraryEnvironment('cpu')).toEqual({ TF_CPP_MIN_LOG_LEVEL: '3' });
  });
});
