/** What a run leaves on disk is read back as it was written: its record row by row, its document key by key. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatDocument, readDocument } from '../../src/results/document/file.js';
import { readRecord } from '../../src/results/read/record.js';
import type { QueryColumns, RunDocument } from '../../src/results/types.js';
import { writeRecord } from '../../src/results/write/record.js';
import { sampleDocument, temporaryFolder } from '../results/sample-run.js';
import { checkAsync, fc } from './check.js';

/** Nanoseconds as a run can have them, or that it never happened. */
const time = fc.oneof(
  { weight: 9, arbitrary: fc.maxSafeNat() },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const listOf = (length: number, most: number) =>
  fc.array(fc.integer({ min: 0, max: most }), { minLength: length, maxLength: length });
const timesOf = (length: number) => fc.array(time, { minLength: length, maxLength: length });

const record = fc
  .record({ queries: fc.integer({ min: 0, max: 40 }), samplesPerQuery: fc.integer({ min: 1, max: 5 }) })
  .chain(({ queries, samplesPerQuery }) => {
    const rows = queries * samplesPerQuery;
    return fc.record({
      rowCount: fc.constant(rows),
      samplesPerQuery: fc.constant(samplesPerQuery),
      sample: listOf(rows, 0xffffffff),
      scheduledNs: timesOf(queries),
      issuedNs: timesOf(queries),
      startedNs: timesOf(rows),
      completedNs: timesOf(rows),
      instance: listOf(rows, 65_534),
      batch: listOf(rows, 50),
      failed: listOf(rows, 1),
    });
  });

const columns = [
  ...(['sample', 'scheduledNs', 'issuedNs', 'startedNs', 'completedNs', 'instance', 'batch'] as const),
  ...(['batchSize', 'failed'] as const),
];

describe('a record that was written', () => {
  it('is read back row by row', async () => {
    const path = join(await temporaryFolder(), 'queries.arrow');
    await checkAsync(
      fc.asyncProperty(record, async (written) => {
        await rm(path, { force: true });
        await writeRecord(path, written satisfies QueryColumns);
        const read = await readRecord(path);
        expect([read.rowCount, read.samplesPerQuery]).toEqual([written.rowCount, written.samplesPerQuery]);
        for (const column of [
          'sample',
          'scheduledNs',
          'issuedNs',
          'startedNs',
          'completedNs',
          'failed',
        ] as const)
          expect([...read[column]], column).toEqual(written[column]);
        // A row that was never started has no instance and no batch.
        const started = (row: number) => !Number.isNaN(written.startedNs[row]);
        const sizeOf = (batch: number) =>
          written.batch.filter((other, row) => started(row) && other === batch).length;
        expect([...read.instance]).toEqual(written.instance.map((id, row) => (started(row) ? id : 0xffff)));
        expect([...read.batch]).toEqual(written.batch.map((id, row) => (started(row) ? id : 0xffffffff)));
        expect([...read.batchSize]).toEqual(written.batch.map((id, row) => (started(row) ? sizeOf(id) : 0)));
      }),
    );
  });

  it('and cut off anywhere is refused in a sentence', async () => {
    const path = join(await temporaryFolder(), 'queries.arrow');
    await checkAsync(
      fc.asyncProperty(record, fc.nat(), async (written, at) => {
        await rm(path, { force: true });
        await writeRecord(path, written);
        const bytes = await readFile(path);
        await writeFile(path, bytes.subarray(0, at % bytes.length));
        await expect(readRecord(path)).rejects.toMatchObject({
          code: 'BAD_RESULTS',
          message: expect.stringMatching(/^[^\n]+\.$/),
        });
      }),
    );
  });

  it('and changed in a byte is refused in a sentence, or has other values in the rows of that byte alone', async () => {
    const path = join(await temporaryFolder(), 'queries.arrow');
    await checkAsync(
      fc.asyncProperty(record, fc.nat(), fc.integer({ min: 1, max: 255 }), async (written, place, flip) => {
        await rm(path, { force: true });
        await writeRecord(path, written);
        const before = await readRecord(path);
        const bytes = await readFile(path);
        // Three of four in the message of the first batch and in the footer, which are few of the bytes.
        const edge = 800;
        const at =
          place % 4 === 0
            ? place % bytes.length
            : (bytes.length - edge + (place % (2 * edge))) % bytes.length;
        bytes[at]! ^= flip;
        await writeFile(path, bytes);
        const read = await readRecord(path).catch((error: { code: string; message: string }) => error);
        if ('message' in read) {
          expect(read.code).toBe('BAD_RESULTS');
          expect(read.message).toMatch(/^[^\n]+\.$/);
          return;
        }
        expect([read.rowCount, read.samplesPerQuery]).toEqual([before.rowCount, before.samplesPerQuery]);
        const others = columns.flatMap((column) =>
          [...read[column]].flatMap((value, i) => (Object.is(value, before[column][i]) ? [] : [column])),
        );
        // One value, or the eight of a byte of bits, of one column.
        expect(others.length).toBeLessThanOrEqual(others[0] === 'failed' ? 8 : 1);
      }),
      200,
    );
  });
});

const figure = fc.double({ min: 0, max: 1e12, noNaN: true });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Figures of a run that is not VALID: any of them may be missing. */
const result = (one: fc.Arbitrary<number>) =>
  fc.record({
    value: one,
    unit: fc.constantFrom('samples/s' as const, 'ms' as const),
    completedSamplesPerSecond: one,
    scheduledSamplesPerSecond: maybe(one),
    latencyMs: fc.record({
      min: one,
      max: one,
      mean: one,
      p50: one,
      p90: one,
      p95: one,
      p97: one,
      p99: one,
      p999: one,
    }),
    boundMs: maybe(one),
    targetQps: maybe(one),
    queries: fc.nat(),
    samples: fc.nat(),
    failed: fc.nat(),
    durationS: one,
    minDurationS: one,
  });

const words = fc.string({ unit: 'grapheme' });
const document = fc
  .record({
    system: words,
    benchmark: words,
    outcome: fc.oneof(
      fc.constant({ kind: 'valid' as const }),
      fc.record({ kind: fc.constantFrom('invalid' as const, 'aborted' as const), reasons: fc.array(words) }),
    ),
    options: fc.dictionary(words, fc.oneof(words, fc.integer(), fc.boolean(), fc.constant(null))),
    settings: fc.dictionary(words, fc.oneof(words, fc.integer(), fc.constant(null))),
    whole: result(figure),
    part: result(fc.oneof(figure, fc.constant(Number.NaN))),
  })
  .map(({ system, benchmark, outcome, options, settings, whole, part }): RunDocument => {
    const sample = sampleDocument({ system, benchmark, outcome, settings });
    return { ...sample, sut: { ...sample.sut, options }, result: outcome.kind === 'valid' ? whole : part };
  });

/** The same without keys that are undefined, which JSON does not have, and with 0 for -0, which it cannot tell. */
function asJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asJson);
  if (value === null || typeof value !== 'object') return Object.is(value, -0) ? 0 : value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries.map(([key, field]) => [key, asJson(field)]));
}

describe('a document that was written', () => {
  it('is read back key by key, with NaN for what was not measured', async () => {
    const path = join(await temporaryFolder(), 'run.json');
    await checkAsync(
      fc.asyncProperty(document, async (written) => {
        await writeFile(path, formatDocument(written));
        expect(await readDocument(path)).toEqual(asJson(written));
      }),
    );
  });

  it('and is cut off, or says that a run without a figure is VALID, is refused in a sentence', async () => {
    const path = join(await temporaryFolder(), 'run.json');
    await checkAsync(
      fc.asyncProperty(document, fc.nat(), async (written, at) => {
        const text = formatDocument(written);
        // Without its last bracket at the least; its last character is the line end.
        await writeFile(path, text.slice(0, at % (text.length - 1)));
        await expect(readDocument(path)).rejects.toMatchObject({ code: 'BAD_RESULTS' });
        const hollow = { ...written, outcome: { kind: 'valid' }, result: { ...written.result, value: null } };
        await writeFile(path, JSON.stringify(hollow));
        await expect(readDocument(path)).rejects.toMatchObject({ code: 'BAD_RESULTS' });
      }),
    );
  });
});
