import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { manifestPath } from '../../../src/assets/manifest.js';
import { modelCacheDir } from '../../../src/base/files.js';
import { trainedArchive } from '../../../src/graphs/ssd-mobilenet/trained.js';
import { buildPlan } from '../../../src/plan/build.js';
import { goldenPath } from '../../helpers/golden.js';
import { thrown } from '../thrown.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baremark-optional-'));
  vi.stubEnv('BAREMARK_CACHE', join(folder, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Something in the place of the trained weights, as a pull leaves it. */
function pullWeights(): void {
  const archive = trainedArchive('ssd-mobilenet', modelCacheDir());
  mkdirSync(dirname(archive), { recursive: true });
  writeFileSync(archive, 'weights');
  const digests = { size: 7, sha256: '0'.repeat(64), md5: '0'.repeat(32) };
  writeFileSync(manifestPath(archive), JSON.stringify({ source: 'npm', ...digests }));
}

const quick = (options = {}) => {
  const { runs, notes } = buildPlan({ plan: 'quick', options, folder });
  const what = runs.map(({ benchmark, mode, dataset }) => `${benchmark} ${mode} ${dataset.kind}`);
  return { what, trained: what.filter((line) => line.startsWith('ssd-mobilenet')), notes };
};

describe('the optional runs of a plan', () => {
  it('are left out without trained weights, with the command that brings them', () => {
    const { what, trained, notes } = quick();
    expect(what).toHaveLength(4);
    expect(trained).toEqual([]);
    expect(notes).toEqual([
      'ssd-mobilenet is left out: its trained weights are not in the cache; fetch them with baremark models pull ssd-mobilenet.',
    ]);
  });

  it('are an error where their model is named', () => {
    const { code, message } = thrown(() => quick({ model: 'ssd-mobilenet' }));
    expect(code).toBe('BAD_MODEL_FILE');
    expect(message).toContain('is ssd-mobilenet, but its trained weights are not in the cache');
  });

  it('measure performance alone without images to score', () => {
    pullWeights();
    const { what, trained, notes } = quick();
    expect(what).toHaveLength(5);
    expect(trained).toEqual(['ssd-mobilenet PerformanceOnly synthetic-images']);
    expect(notes).toEqual([expect.stringContaining('baremark datasets pull coco')]);
  });

  it('use a given data set, and one that was pulled, which all other runs do not', () => {
    pullWeights();
    const given = quick({ dataset: goldenPath('coco') });
    expect(given.trained).toEqual(['ssd-mobilenet AccuracyOnly coco', 'ssd-mobilenet PerformanceOnly coco']);
    expect(given.notes).toEqual([]);
    cpSync(goldenPath('coco'), join(folder, 'cache', 'datasets', 'coco'), { recursive: true });
    const pulled = quick();
    expect(pulled.trained).toEqual(given.trained);
    expect(pulled.what.filter((line) => line.startsWith('ssd-resnet34'))).toEqual([
      'ssd-resnet34-small PerformanceOnly synthetic-images',
      'ssd-resnet34-small PerformanceOnly synthetic-images',
    ]);
  });

  it('are marked with true or false', () => {
    const path = join(folder, 'mine.yaml');
    writeFileSync(path, 'runs:\n  - model: bert-tiny\n    scenario: Offline\n    optional: perhaps\n');
    expect(thrown(() => buildPlan({ plan: path, options: {}, folder })).message).toBe(
      'mine.yaml line 4: optional is "perhaps"; it must be true or false.',
    );
  });
});
