import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelChecksum } from '../../src/graphs/file/file-checksum.js';
import { ensureModel } from '../../src/graphs/model-cache.js';
import { temporaryFolder, tinyBert } from './support.js';

const folder = temporaryFolder();
const notes = join(folder, 'notes');

describe('the checksum of a model file', () => {
  it('covers the weights beside it, as that of a model built here', async () => {
    const { path, sha256, bytes } = await ensureModel(tinyBert, join(folder, 'cache'));
    expect(await modelChecksum(path, notes)).toEqual({ sha256, bytes });
    const weights = join(dirname(path), 'model.data');
    const changed = readFileSync(weights);
    changed[5]! ^= 1;
    writeFileSync(weights, changed);
    expect((await modelChecksum(path, notes)).sha256).not.toBe(sha256);
  });

  it('is that of the file alone where it holds all, or is no ONNX model', async () => {
    const file = join(folder, 'engine');
    writeFileSync(file, 'some other form of model');
    const sha256 = createHash('sha256').update('some other form of model').digest('hex');
    expect(await modelChecksum(file, notes)).toEqual({ sha256, bytes: 24 });
  });
});
