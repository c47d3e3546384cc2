import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureModel } from '../../src/graphs/model-cache.js';
import type { GraphSpec } from '../../src/graphs/spec.js';
import { open, temporaryFolder, tinyBert, tinySsd } from './support.js';

const root = temporaryFolder();
let caches = 0;
const cache = () => join(root, `cache${caches++}`);

function weightsOf(path: string): string {
  const [name] = readdirSync(dirname(path)).filter((file) => file.endsWith('.data'));
  return join(dirname(path), name!);
}

/** Of the graph's bytes followed by the weights'. */
function hashOf(path: string): string {
  const both = createHash('sha256')
    .update(readFileSync(path))
    .update(readFileSync(weightsOf(path)));
  return both.digest('hex');
}

describe('the model cache', () => {
  it('builds a model once and finds it again', async () => {
    const folder = cache();
    const built = await ensureModel(tinyBert, folder);
    const found = await ensureModel({ ...tinyBert }, folder);
    expect(built.built).toBe(true);
    expect(found).toEqual({ ...built, built: false });
    expect(built.sha256).toBe(hashOf(built.path));
    expect(built.bytes).toBe(readFileSync(built.path).length + readFileSync(weightsOf(built.path)).length);
  });

  it('builds the same bytes every time', async () => {
    for (const spec of [tinyBert, { ...tinyBert, fused: true, precision: 'fp16' }, tinySsd] as GraphSpec[])
      expect((await ensureModel(spec, cache())).sha256).toBe((await ensureModel(spec, cache())).sha256);
  });

  it('keeps models of unlike specs apart', async () => {
    const folder = cache();
    const specs: GraphSpec[] = [
      tinyBert,
      { ...tinyBert, seed: 8 },
      { ...tinyBert, precision: 'fp16' },
      tinySsd,
    ];
    const models = [];
    for (const spec of specs) models.push(await ensureModel(spec, folder));
    expect(new Set(models.map(({ path }) => path)).size).toBe(specs.length);
    expect(new Set(models.map(({ sha256 }) => sha256)).size).toBe(specs.length);
  });

  it('leaves one whole model when two build at once', async () => {
    const folder = cache();
    const models = await Promise.all([1, 2, 3].map(() => ensureModel(tinyBert, folder)));
    expect(new Set(models.map(({ path }) => path)).size).toBe(1);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('builds a truncated, half-written or missing file again', async () => {
    const folder = cache();
    const { path, sha256 } = await ensureModel(tinyBert, folder);
    const harm: (() => void)[] = [
      () => truncateSync(weightsOf(path), 1000),
      () => truncateSync(path, 10),
      () => writeFileSync(join(dirname(path), 'manifest.json'), '{"sha256": "'),
      () => writeFileSync(join(dirname(path), 'manifest.json'), 'null'),
      () => writeFileSync(join(dirname(path), 'manifest.json'), '{"sha256": 1, "sizes": null}'),
    ];
    for (const spoil of harm) {
      spoil();
      const again = await ensureModel(tinyBert, folder);
      expect(again).toMatchObject({ path, sha256, built: true });
      expect(hashOf(again.path)).toBe(sha256);
    }
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('clears away what builds that were killed left behind, but not a build under way', async () => {
    const folder = cache();
    const [old, young] = ['bert-0000.01234567.part', 'bert-0000.89abcdef.part'].map((name) =>
      join(folder, name),
    );
    for (const part of [old!, young!]) {
      mkdirSync(part, { recursive: true });
      writeFileSync(join(part, 'model.data'), 'half');
    }
    const twoHoursAgo = Date.now() / 1000 - 7200;
    utimesSync(old!, twoHoursAgo, twoHoursAgo);
    await ensureModel(tinyBert, folder);
    expect(existsSync(old!)).toBe(false);
    expect(existsSync(young!)).toBe(true);
  });

  it('builds a model again whose bytes have changed, whatever its files look like', async () => {
    const folder = cache();
    const { path, sha256 } = await ensureModel(tinyBert, folder);
    for (const file of [weightsOf(path), path]) {
      const { atime, mtime } = statSync(file);
      const bytes = readFileSync(file);
      bytes[100]! ^= 1;
      writeFileSync(file, bytes);
      utimesSync(file, atime, mtime);
      expect(await ensureModel(tinyBert, folder)).toMatchObject({ path, sha256, built: true });
      expect(hashOf(path)).toBe(sha256);
    }
    expect(await ensureModel(tinyBert, folder)).toMatchObject({ sha256, built: false });
  });

  it('says how far it is', async () => {
    const seen: [number, number][] = [];
    await ensureModel(tinyBert, cache(), (done, total) => seen.push([done, total]));
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.every(([done], i) => i === 0 || done > seen[i - 1]![0])).toBe(true);
    expect(seen.at(-1)![0]).toBe(seen.at(-1)![1]);
  });

  it('opens in ONNX Runtime from any working folder', async () => {
    const session = await open((await ensureModel(tinyBert, cache())).path);
    expect(session.inputNames).toHaveLength(3);
    await session.release();
  });
});

describe('a spec that cannot be built', () => {
  const wrong: [string, GraphSpec, RegExp][] = [
    ['an image too small for the last block', { ...tinySsd, inputSize: 300 }, /inputSize is 300; .*from 385/],
    ['a part of a pixel', { ...tinySsd, inputSize: 400.5 }, /inputSize is 400.5/],
    ['no channels', { ...tinySsd, widthMultiplier: 0 }, /widthMultiplier is 0; .*above 0/],
    [
      'an unknown place of suppression',
      { ...tinySsd, nms: 'cloud' as never },
      /nms is cloud; .*graph or host/,
    ],
    [
      'heads that do not divide the width',
      { ...tinyBert, heads: 3 },
      /hidden is 64; .*multiple of heads \(3\)/,
    ],
    ['no layers', { ...tinyBert, layers: 0 }, /layers is 0/],
    [
      'an unknown precision',
      { ...tinyBert, precision: 'int4' as never },
      /precision is int4; .*fp32 or fp16/,
    ],
    ['a negative seed', { ...tinyBert, seed: -1 }, /seed is -1/],
  ];
  it.each(wrong)('%s is named, and nothing is written', async (_, spec, message) => {
    const folder = cache();
    const problem = ensureModel(spec, folder);
    await expect(problem).rejects.toMatchObject({ code: 'BAD_OPTION' });
    await expect(problem).rejects.toThrow(message);
    expect(existsSync(folder)).toBe(false);
  });

  it('a cache where no folder can be made is named, instead of being tried for ever', async () => {
    const problem = ensureModel(tinyBert, '/proc/baremark/models');
    await expect(problem).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    await expect(problem).rejects.toThrow('/proc/baremark/models');
  });

  it('a cache that is a file is named', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    const problem = ensureModel(tinyBert, file);
    await expect(problem).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    await expect(problem).rejects.toThrow(file);
  });
});
