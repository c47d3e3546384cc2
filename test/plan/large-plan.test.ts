/** Planning looks up once what is the same for all runs of a plan, however many there are. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import { readConf } from '../../src/plan/conf.js';
import { readCatalogue } from '../../src/plan/models.js';

vi.mock('../../src/plan/models.js', async (original) => {
  const real = await original<typeof import('../../src/plan/models.js')>();
  return { ...real, readCatalogue: vi.fn(real.readCatalogue) };
});
vi.mock('../../src/plan/conf.js', async (original) => {
  const real = await original<typeof import('../../src/plan/conf.js')>();
  return { ...real, readConf: vi.fn(real.readConf) };
});

const dir = mkdtempSync(join(tmpdir(), 'baremark-large-'));
afterAll(() => rmSync(dir, { recursive: true }));

it('a plan of many entries reads the models once, and the conf files of an entry once', () => {
  const models = ['bert-99', 'bert-99.9', 'ssd-resnet34', 'bert-tiny', 'bert-base', 'ssd-resnet34-small'];
  const entries = models.map(
    (model) =>
      `  - { model: ${model}, scenario: [Offline, Server, SingleStream, MultiStream], user-conf: a.conf }\n`,
  );
  writeFileSync(join(dir, 'a.conf'), '*.*.min_duration = 1000\n');
  writeFileSync(join(dir, 'large.yaml'), `repeat: 1000\nruns:\n${entries.join('')}`);
  const { runs } = buildPlan({ plan: join(dir, 'large.yaml'), options: {}, folder: dir });
  expect(runs).toHaveLength(24_000);
  expect(readCatalogue).toHaveBeenCalledTimes(1);
  expect(readConf).toHaveBeenCalledTimes(models.length);
});
