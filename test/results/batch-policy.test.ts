/** The batch policy in `run.json`: whole in ours, and what can be known of older files. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatDocument, readDocument } from '../../src/results/document/file.js';
import type { RunDocument } from '../../src/results/types.js';
import { sampleDocument, temporaryFolder } from './sample-run.js';

async function readBack(text: string): Promise<RunDocument> {
  const path = join(await temporaryFolder(), 'run.json');
  await writeFile(path, text);
  return readDocument(path);
}

/** `run.json` as it was written before it held a batch policy. */
function olderText(scenario: RunDocument['scenario'], maxWaitMs: number): string {
  const document = sampleDocument({ scenario });
  const { batchPolicy, ...sut } = document.sut;
  return JSON.stringify({ ...document, schema: 'baremark-run/1', sut: { ...sut, maxBatch: 16, maxWaitMs } });
}

describe('the batch policy', () => {
  it('comes back whole', async () => {
    const document = sampleDocument();
    const batchPolicy = {
      maxBatch: 8,
      order: 'arrival',
      buckets: [128, 384],
      padding: { pad: 'longest', maxLength: 384 },
      maxWaitNs: 2e6,
      boundNs: 130e6,
    } as const;
    const run = { ...document, sut: { ...document.sut, batchPolicy } };
    expect((await readBack(formatDocument(run))).sut.batchPolicy).toEqual(batchPolicy);
  });

  it('of an older Server run has its batch and its wait', async () => {
    const { sut } = await readBack(olderText('Server', 2.5));
    expect(sut.batchPolicy).toEqual({ maxBatch: 16, maxWaitNs: 2.5e6 });
    expect(sut).not.toHaveProperty('maxWaitMs');
  });

  it('of an older Offline run has no wait, because none was ever applied', async () => {
    expect((await readBack(olderText('Offline', 2.5))).sut.batchPolicy).toEqual({ maxBatch: 16 });
  });

  it('is asked for', async () => {
    const document = sampleDocument();
    const { batchPolicy, ...sut } = document.sut;
    await expect(readBack(JSON.stringify({ ...document, sut }))).rejects.toThrow(/sut\.batchPolicy/);
  });
});
