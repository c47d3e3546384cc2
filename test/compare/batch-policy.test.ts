/** Batching as a difference between two runs: a wait counts only where one was applied. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runDifferences } from '../../src/compare/differences/differences.js';
import { readDocument } from '../../src/results/document/file.js';
import type { ResultRun } from '../../src/results/types.js';
import { ourRun } from './make-run.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-batching-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A run whose `run.json` an older version wrote, which put the wait asked for into it in every scenario. */
async function olderRun(scenario: ResultRun['scenario'], maxWaitMs: number): Promise<ResultRun> {
  const { document, ...run } = ourRun({ scenario });
  const { batchPolicy, ...sut } = document!.sut;
  const path = join(folder, `${scenario}-${maxWaitMs}.json`);
  writeFileSync(
    path,
    JSON.stringify({ ...document, schema: 'baremark-run/1', sut: { ...sut, maxBatch: 64, maxWaitMs } }),
  );
  return { ...run, document: await readDocument(path) };
}

const newRun = (scenario: ResultRun['scenario'], batchPolicy: { maxBatch: number; maxWaitNs?: number }) => {
  const run = ourRun({ scenario });
  return { ...run, document: { ...run.document!, sut: { ...run.document!.sut, batchPolicy } } };
};

const tuning = (a: ResultRun, b: ResultRun) =>
  runDifferences([a], [b]).flatMap(({ field, severity }) =>
    field.startsWith('sut.') ? [[field, severity]] : [],
  );

it('calls unlike waits in Server a confound, of older and newer runs', async () => {
  const wait = [['sut.maxWaitMs', 'confounds']];
  expect(tuning(await olderRun('Server', 0), await olderRun('Server', 5))).toEqual(wait);
  expect(tuning(await olderRun('Server', 0), newRun('Server', { maxBatch: 64, maxWaitNs: 5e6 }))).toEqual(
    wait,
  );
  expect(tuning(await olderRun('Server', 5), newRun('Server', { maxBatch: 64, maxWaitNs: 5e6 }))).toEqual([]);
});

it('knows no wait in Offline, whatever an older run wrote down', async () => {
  expect(tuning(await olderRun('Offline', 0), await olderRun('Offline', 5))).toEqual([]);
  expect(tuning(await olderRun('Offline', 5), newRun('Offline', { maxBatch: 64 }))).toEqual([]);
});

it('still calls unlike batches in Offline a confound', async () => {
  expect(tuning(await olderRun('Offline', 5), newRun('Offline', { maxBatch: 32 }))).toEqual([
    ['sut.maxBatch', 'confounds'],
  ]);
});
