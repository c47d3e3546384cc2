/** `run.json` as it is read: of today's version and of earlier ones, and what is refused. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatDocument, readDocument } from '../../src/results/document/file.js';
import type { RunDocument } from '../../src/results/types.js';
import { sampleDocument, temporaryFolder } from './sample-run.js';

/** Written by baremark 0.1.0 before warnings had kinds: two of them, and fingerprint and telemetry in whole. */
const earlier = new URL('./fixtures/baremark-run-1.json', import.meta.url);

type Json = Record<string, unknown>;

async function readText(text: string): Promise<RunDocument> {
  const path = join(await temporaryFolder(), 'run.json');
  await writeFile(path, text);
  return readDocument(path);
}

async function earlierRun(changes: Json = {}): Promise<Json> {
  return { ...(JSON.parse(await readFile(earlier, 'utf8')) as Json), ...changes };
}

describe('a document of baremark-run/1', () => {
  it('is read with its figures, fingerprint and telemetry as they are', async () => {
    const written = await earlierRun();
    const run = await readText(JSON.stringify(written));
    expect(run.schema).toBe('baremark-run/2');
    const { result, batching, settings, fingerprint, telemetry } = written;
    expect(run).toMatchObject({ result, batching, settings, fingerprint, telemetry });
    expect(run.sut).toMatchObject({ backend: 'simulated', instances: 1, precision: 'fp32' });
    expect(run.sut.batchPolicy).toEqual({ maxBatch: 1, maxWaitNs: 0 });
    expect(run.fingerprint?.hypervisor.name).toEqual({ value: 'kvm' });
    expect(run.telemetry?.samplerCoreSeconds).toEqual({ value: 0.059285 });
  });

  it('tells which batches were filled and which came early by the names of today', async () => {
    const batching = {
      batches: 1,
      meanSize: 1,
      sizes: [],
      filling: { filled: 7, fixedNs: 2, tokenNs: 1 },
      hurried: 3,
    };
    const run = await readText(JSON.stringify(await earlierRun({ batching })));
    expect(run.batching).toMatchObject({
      bucketFill: { batches: 7, fixedNs: 2, tokenNs: 1 },
      dispatchedEarly: 3,
    });
  });

  it('keeps its warnings as the sentences they are', async () => {
    const { warnings } = await readText(JSON.stringify(await earlierRun()));
    expect(warnings).toEqual([
      {
        kind: 'earlier-version',
        message:
          'The issuer was late by more than 1% of the latency bound for 2.0% of the queries (something else on this machine took its core).',
      },
      { kind: 'earlier-version', message: '1 sample has no response: sample 7.' },
    ]);
  });

  it.each([
    ['squad', { equalSpans: 0.995, largestDifference: 0.02, meanDifference: 0.001 }],
    ['coco', { referenceDetections: 10, testDetections: 9, matched: 9, matchedShare: 0.9, ap: 0.95 }],
  ])('gives its fidelity the task %s', async (task, figures) => {
    const fidelity = {
      reference: 'FP32 on CPUExecutionProvider',
      ...{ samples: 200, compared: 200, identical: 3, meets99: true, meets999: false },
      ...{ gate: 0.99, met: true, message: 'Nearly the same.', problems: [] },
      ...figures,
    };
    const run = await readText(JSON.stringify(await earlierRun({ fidelity })));
    expect(run.fidelity).toEqual({ task, ...fidelity });
  });
});

describe('a document', () => {
  it('comes back as it was written, keys that nobody knows included', async () => {
    const run = { ...sampleDocument(), extra: { since: 'later' } };
    expect(await readText(formatDocument(run))).toEqual(run);
  });

  it('has NaN where a run that was cut off has no figure, and leaves settings and options alone', async () => {
    const { result, sut } = sampleDocument();
    const run = sampleDocument({
      outcome: { kind: 'aborted', reasons: ['The run was stopped by the user.'] },
      result: { ...result, value: Number.NaN, latencyMs: { ...result.latencyMs, p99: Number.NaN } },
      sut: { ...sut, options: { executionMode: null } },
      settings: { nothing: null },
    });
    const text = formatDocument(run);
    expect(JSON.parse(text).result.value).toBeNull();
    expect(await readText(text)).toEqual(run);
  });

  it.each<[string, Json, string]>([
    ['a warning of an unknown kind', { warnings: [{ kind: 'odd', message: '' }] }, 'warnings.0.kind'],
    ['a fidelity without a task', { fidelity: { samples: 1 } }, 'fidelity.task'],
    ['half a fingerprint', { fingerprint: { schema: 'baremark-fingerprint/1' } }, 'fingerprint.cpu'],
    ['a negative figure', { result: { ...sampleDocument().result, queries: -1 } }, 'result.queries'],
    ['a scenario that there is not', { scenario: 'Serve' }, 'scenario'],
  ])('is refused with the place of %s', async (_, changes, place) => {
    const text = JSON.stringify({ ...sampleDocument(), ...changes });
    await expect(readText(text)).rejects.toMatchObject({
      code: 'BAD_RESULTS',
      message: expect.stringContaining(`is not a run's document: ${place}`),
    });
  });

  it('of a later version is refused with what can be read', async () => {
    const text = JSON.stringify({ ...sampleDocument(), schema: 'baremark-run/3' });
    await expect(readText(text)).rejects.toThrow(
      /has the schema "baremark-run\/3" where this baremark reads "baremark-run\/1" and "baremark-run\/2"/,
    );
  });
});
