import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  Bool,
  Field,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Uint16,
  Uint32,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readRecord } from '../../src/results/read/record.js';
import { batchRows, recordFileBytes } from '../../src/results/record-schema.js';
import { writeRecord } from '../../src/results/write/record.js';
import { sampleRecord, temporaryFolder } from './sample-run.js';

/** Six queries of two samples; the last three rows have no end, and the last no start. */
const pairsRecord = {
  rowCount: 12,
  samplesPerQuery: 2,
  sample: (row: number) => 3 * row,
  scheduledNs: (query: number) => 1_000 * query,
  issuedNs: (query: number) => 1_000 * query + 9,
  startedNs: (row: number) => (row === 11 ? Number.NaN : 1_000 * row + 50),
  completedNs: (row: number) => (row > 8 ? Number.NaN : 1_000 * row + 500),
  instance: (row: number) => row % 2,
  batch: (row: number) => row >> 2,
  failed: (row: number) => Number(row === 9),
};

/** `sampleRecord` as an Arrow file made without baremark, in this version and with this name for the instances. */
function arrowOf(version: string, instances: string): Uint8Array {
  const none = null;
  const columns = [
    ['query', new Uint32(), [0, 1, 2, 3]],
    ['sample', new Uint32(), [7, 3, 7, 1]],
    ['scheduled_ns', new Int64(), [0n, 1_000n, 5_000_000_000n, 6_000_000_000n]],
    ['issued_ns', new Int64(), [10n, 1_020n, 5_000_000_030n, 6_000_000_040n]],
    ['started_ns', new Int64(), [100n, 100n, 5_000_000_100n, none]],
    ['completed_ns', new Int64(), [900n, 900n, none, none]],
    [instances, new Uint16(), [0, 0, 1, none]],
    ['batch', new Uint32(), [0, 0, 1, none]],
    ['batch_size', new Uint32(), [2, 2, 1, none]],
    ['failed', new Bool(), [false, false, true, false]],
  ] as const;
  const metadata = new Map([
    ['baremark.record', version],
    ['baremark.rows', '4'],
    ['baremark.samples_per_query', '1'],
  ]);
  const schema = new Schema(
    columns.map(
      ([name, type, values]) =>
        new Field(
          name,
          type,
          values.some((value) => value === none),
        ),
    ),
    metadata,
  );
  const children = columns.map(([, type, values]) => vectorFromArray(values, type as never).data[0]!);
  const data = makeData({ type: new Struct(schema.fields), length: 4, nullCount: 0, children });
  return tableToIPC(new Table(schema, [new RecordBatch(schema, data)]), 'file');
}

describe('queries.arrow', () => {
  it('holds a row a sample, with nulls for what never happened', async () => {
    const path = join(await temporaryFolder(), 'queries.arrow');
    await writeRecord(path, sampleRecord());
    const rows = tableFromIPC(await readFile(path))
      .toArray()
      .map((row) => row.toJSON());
    const row = (query: number, sample: number, scheduled: bigint, issued: bigint) => ({
      query,
      sample,
      scheduled_ns: scheduled,
      issued_ns: issued,
    });
    expect(rows).toEqual([
      {
        ...row(0, 7, 0n, 10n),
        started_ns: 100n,
        completed_ns: 900n,
        instance: 0,
        batch: 0,
        batch_size: 2,
        failed: false,
      },
      {
        ...row(1, 3, 1_000n, 1_020n),
        started_ns: 100n,
        completed_ns: 900n,
        instance: 0,
        batch: 0,
        batch_size: 2,
        failed: false,
      },
      {
        ...row(2, 7, 5_000_000_000n, 5_000_000_030n),
        started_ns: 5_000_000_100n,
        completed_ns: null,
        instance: 1,
        batch: 1,
        batch_size: 1,
        failed: true,
      },
      {
        ...row(3, 1, 6_000_000_000n, 6_000_000_040n),
        started_ns: null,
        completed_ns: null,
        instance: null,
        batch: null,
        batch_size: null,
        failed: false,
      },
    ]);
  });

  it('is read back as it was', async () => {
    const path = join(await temporaryFolder(), 'queries.arrow');
    await writeRecord(path, sampleRecord());
    const { instance, batch, batchSize, ...back } = await readRecord(path);
    const { instance: _, batch: __, ...record } = sampleRecord();
    expect(back).toEqual(record);
    expect([...instance]).toEqual([0, 0, 1, 65_535]);
    expect([...batch]).toEqual([0, 0, 1, 4_294_967_295]);
    expect([...batchSize]).toEqual([2, 2, 1, 0]);
  });

  it('of version 1, which called the instance device, is still read', async () => {
    const path = join(await temporaryFolder(), 'queries.arrow');
    await writeFile(path, arrowOf('baremark-record/1', 'device'));
    const { instance, batch, batchSize, ...back } = await readRecord(path);
    const { instance: _, batch: __, ...record } = sampleRecord();
    expect(back).toEqual(record);
    expect([...instance]).toEqual([0, 0, 1, 65_535]);
    expect([...batch]).toEqual([0, 0, 1, 4_294_967_295]);
    expect([...batchSize]).toEqual([2, 2, 1, 0]);
  });

  it.each([
    [
      'baremark-record/3',
      'instance',
      'its version is baremark-record/3, not baremark-record/1 or baremark-record/2',
    ],
    ['baremark-record/2', 'device', 'its column instance is missing'],
  ])('of version %s with a column %s is refused', async (version, column, why) => {
    const path = join(await temporaryFolder(), 'queries.arrow');
    await writeFile(path, arrowOf(version, column));
    await expect(readRecord(path)).rejects.toThrow(why);
  });

  it('takes functions for columns, several samples a query and more than one chunk', async () => {
    const path = join(await temporaryFolder(), 'queries.arrow');
    const rowCount = 300_000;
    // Latest time a run can have by the contract: 104 days.
    const late = 2 ** 53 - 1;
    await writeRecord(path, {
      rowCount,
      samplesPerQuery: 3,
      sample: (row) => row % 1_000,
      scheduledNs: (query) => query * 40_000,
      issuedNs: (query) => (query < 99_999 ? query * 40_000 + 7 : Number.NaN),
      startedNs: (row) => row * 10_000,
      completedNs: (row) => (row % 2 === 0 ? late - row : Number.NaN),
      instance: (row) => row % 300,
      batch: (row) => 4_000_000_000 + (row >> 2),
    });
    const back = await readRecord(path);
    expect([back.rowCount, back.samplesPerQuery, back.scheduledNs.length]).toEqual([300_000, 3, 100_000]);
    let wrong = 0;
    for (let row = 0; row < rowCount; row++) {
      if (back.sample[row] !== row % 1_000 || back.startedNs[row] !== row * 10_000) wrong++;
      if (!Object.is(back.completedNs[row], row % 2 === 0 ? late - row : Number.NaN)) wrong++;
      if (back.instance[row] !== row % 300 || back.batchSize[row] !== 4) wrong++;
    }
    for (let query = 0; query < 100_000; query++) if (back.scheduledNs[query] !== query * 40_000) wrong++;
    expect(wrong).toBe(0);
    expect(back.issuedNs[99_998]).toBe(99_998 * 40_000 + 7);
    expect(back.issuedNs[99_999]).toBeNaN();
    expect(recordFileBytes(rowCount)).toBeGreaterThan((await readFile(path)).length);
  });

  it('may be empty', async () => {
    const path = join(await temporaryFolder(), 'queries.arrow');
    const none = new Float64Array(0);
    await writeRecord(path, {
      ...{
        rowCount: 0,
        samplesPerQuery: 1,
        scheduledNs: none,
        issuedNs: none,
        startedNs: none,
        completedNs: none,
      },
      ...{ sample: none, instance: none, batch: none },
    });
    expect((await readRecord(path)).rowCount).toBe(0);
    expect(tableFromIPC(await readFile(path)).numRows).toBe(0);
  });

  it('is refused in a sentence where it is cut off, overwritten or missing', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'queries.arrow');
    await writeRecord(path, sampleRecord());
    const whole = await readFile(path);
    const broken = [0, 5, 100, 700, whole.length - 1].map((length) => whole.subarray(0, length));
    for (const bytes of [...broken, Buffer.alloc(5_000, 0x41)]) {
      await writeFile(path, bytes);
      await expect(readRecord(path)).rejects.toMatchObject({
        code: 'BAD_RESULTS',
        message: expect.stringContaining('cannot be read as a per-query record'),
      });
    }
    await expect(readRecord(join(folder, 'none.arrow'))).rejects.toMatchObject({ code: 'BAD_RESULTS' });
  });

  it.each([
    // The mark and the length of the first message, and the offset of a table in it.
    ['its batches are not where its footer says', 8],
    ['its batches are not where its footer says', 12],
    ['its batches are not where its footer says', 16],
    ['its bytes are damaged', 19],
    // The number of its buffers, of which some readers then make millions.
    ['a list in it is longer than what holds it', 94],
    ['a list in it is longer than what holds it', 95],
  ])('is refused in words for a person, %s, where byte %i is damaged', async (why, at) => {
    const path = join(await temporaryFolder(), 'queries.arrow');
    await writeRecord(path, sampleRecord());
    const bytes = await readFile(path);
    bytes[at]! ^= 0x5a;
    await writeFile(path, bytes);
    const { message } = await readRecord(path).then(
      () => ({ message: 'read' }),
      (error: Error) => error,
    );
    expect(message).toBe(
      `${path} cannot be read as a per-query record (${why}); it is cut off or not baremark's: copy it again or run again.`,
    );
  });

  it('is read as it was, or refused in a sentence, whatever byte of its message and its footer changes', async () => {
    const path = join(await temporaryFolder(), 'queries.arrow');
    await writeRecord(path, pairsRecord);
    const whole = await readFile(path);
    const before = await readRecord(path);
    const body = 16 + whole.readInt32LE(12);
    const footer = whole.length - 10 - whole.readInt32LE(whole.length - 10);
    const file = await open(path, 'r+');
    onTestFinished(() => file.close());
    const wrong: string[] = [];
    for (let at = 0; at < whole.length; at = at === body - 1 ? footer : at + 1) {
      await file.write(Uint8Array.of(whole[at]! ^ (at % 2 === 0 ? 0xff : 0x01)), 0, 1, at);
      const sentence = await readRecord(path).then(
        (read) => (isDeepStrictEqual(read, before) ? 'the same' : 'other values'),
        ({ code, message }) => (code === 'BAD_RESULTS' && /^[^\n]+\.$/.test(message) ? 'refused' : message),
      );
      if (sentence !== 'the same' && sentence !== 'refused') wrong.push(`byte ${at}: ${sentence}`);
      await file.write(whole, at, 1, at);
    }
    expect(wrong).toEqual([]);
  });

  it.each<[string, Partial<Record<'start' | 'message' | 'body', bigint>>, string]>([
    ['lies in the one before', { start: 8n }, 'its batches are not where its footer says'],
    ['begins before the file', { start: -8n }, 'its batches are not where its footer says'],
    ['ends behind the file', { body: 1n << 40n }, 'its batches are not where its footer says'],
    ['has a negative length', { body: -8n }, 'its batches are not where its footer says'],
    ['has no message', { message: 0n }, 'its batches are not where its footer says'],
  ])('is refused where a batch %s', async (_, changes, why) => {
    const path = join(await temporaryFolder(), 'queries.arrow');
    const rowCount = batchRows + 1;
    const ids = new Uint32Array(rowCount);
    await writeRecord(path, {
      ...{ rowCount, samplesPerQuery: 1, sample: ids, instance: ids, batch: ids },
      ...{ scheduledNs: ids, issuedNs: ids, startedNs: ids, completedNs: ids },
    });
    const bytes = await readFile(path);
    const footer = bytes.length - 10 - bytes.readInt32LE(bytes.length - 10);
    // The blocks are the only place where the offset of the first batch and, 24 bytes on, that of the second stand.
    const first = Array.from({ length: (bytes.length - footer) >> 2 }, (_, i) => footer + 4 * i).find(
      (at) =>
        bytes.readUInt32LE(at) === 8 &&
        bytes.readUInt32LE(at + 24) === 8 + bytes.readInt32LE(at + 8) + bytes.readInt32LE(at + 16),
    )!;
    if (changes.start !== undefined) bytes.writeBigInt64LE(changes.start, first + 24);
    if (changes.message !== undefined) bytes.writeInt32LE(Number(changes.message), first + 24 + 8);
    if (changes.body !== undefined) bytes.writeBigInt64LE(changes.body, first + 24 + 16);
    await writeFile(path, bytes);
    await expect(readRecord(path)).rejects.toThrow(why);
  });

  it('writes a million rows, and reads them back', async () => {
    const path = join(await temporaryFolder(), 'queries.arrow');
    const rowCount = 1_000_000;
    const times = () => Float64Array.from({ length: rowCount }, (_, i) => i * 1_000);
    const ids = Uint32Array.from({ length: rowCount }, (_, i) => i >> 3);
    const record = {
      ...{ rowCount, samplesPerQuery: 1, sample: ids, instance: new Uint8Array(rowCount), batch: ids },
      ...{ scheduledNs: times(), issuedNs: times(), startedNs: times(), completedNs: times() },
    };
    await writeRecord(path, record);
    const back = await readRecord(path);
    expect(back.rowCount).toBe(rowCount);
    expect([back.completedNs[123_456], back.completedNs.at(-1)]).toEqual([123_456_000, 999_999_000]);
    expect([back.batch[123_456], back.batch.at(-1)]).toEqual([15_432, 124_999]);
  });
});
