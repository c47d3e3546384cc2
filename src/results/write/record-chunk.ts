/** Fills the buffers of one record batch of `queries.arrow` out of the query record. */
import { type Data, makeData, RecordBatch, type Schema, Struct } from 'apache-arrow';
import { batchRows } from '../record-schema.js';
import type { RecordColumn } from '../types.js';

/** The columns that a chunk is filled from; `scheduledNs` and `issuedNs` are per query, the others per row. */
export interface ChunkSource {
  readonly samplesPerQuery: number;
  readonly sample: RecordColumn;
  readonly scheduledNs: RecordColumn;
  readonly issuedNs: RecordColumn;
  readonly startedNs: RecordColumn;
  readonly completedNs: RecordColumn;
  readonly instance: RecordColumn;
  readonly batch: RecordColumn;
  readonly batchSize: RecordColumn;
  readonly failed?: RecordColumn;
}

/** A column's values, its validity bits and how many values are null. */
class Column<T extends Uint16Array | Uint32Array | BigInt64Array> {
  readonly bits = new Uint8Array(batchRows / 8);
  nulls = 0;
  constructor(readonly values: T) {}
  data(type: Data['type'], length: number): Data {
    const bits = this.nulls > 0 ? this.bits : undefined;
    return makeData({
      type,
      length,
      nullCount: this.nulls,
      nullBitmap: bits,
      data: this.values,
    } as Parameters<typeof makeData>[0]) as Data;
  }
}

/** Buffers for one chunk, reused for the next: the batch it returns is valid until the next call. */
export class ChunkFiller {
  private readonly query = new Column(new Uint32Array(batchRows));
  private readonly sample = new Column(new Uint32Array(batchRows));
  private readonly times = [0, 1, 2, 3].map(() => new Column(new BigInt64Array(batchRows)));
  private readonly instance = new Column(new Uint16Array(batchRows));
  private readonly batch = new Column(new Uint32Array(batchRows));
  private readonly batchSize = new Column(new Uint32Array(batchRows));
  private readonly failed = new Uint8Array(batchRows / 8);

  constructor(
    private readonly schema: Schema,
    private readonly source: ChunkSource,
  ) {}

  /** Rows `from` (included) to `to` (excluded), at most `batchRows` of them. */
  fill(from: number, to: number): RecordBatch {
    const { source, schema } = this;
    const perQuery = source.samplesPerQuery;
    const length = to - from;
    const [scheduled, issued, started, completed] = this.times as [
      TimeColumn,
      TimeColumn,
      TimeColumn,
      TimeColumn,
    ];
    for (let i = 0; i < length; i++) this.query.values[i] = Math.floor((from + i) / perQuery);
    fillWhole(this.sample, source.sample, from, length);
    fillTimes(scheduled, source.scheduledNs, from, length, perQuery);
    fillTimes(issued, source.issuedNs, from, length, perQuery);
    fillTimes(started, source.startedNs, from, length, 1);
    fillTimes(completed, source.completedNs, from, length, 1);
    fillWhole(this.instance, source.instance, from, length, started);
    fillWhole(this.batch, source.batch, from, length, started);
    fillWhole(this.batchSize, source.batchSize, from, length, started);
    this.fillFailed(from, length);
    const columns = [this.query, this.sample, ...this.times, this.instance, this.batch, this.batchSize];
    const children = columns.map((column, i) => column.data(schema.fields[i]!.type, length));
    const failed = schema.fields[columns.length]!.type;
    children.push(makeData({ type: failed, length, nullCount: 0, data: this.failed } as never) as Data);
    return new RecordBatch(
      schema,
      makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }),
    );
  }

  private fillFailed(from: number, length: number): void {
    this.failed.fill(0);
    const { failed } = this.source;
    if (!failed) return;
    const get = typeof failed === 'function' ? failed : (row: number) => failed[row]!;
    for (let i = 0; i < length; i++) if (get(from + i)) this.failed[i >> 3]! |= 1 << (i & 7);
  }
}

type TimeColumn = Column<BigInt64Array<ArrayBuffer>>;

/** Whole numbers; null where `unless` is null. */
function fillWhole(
  column: Column<Uint16Array | Uint32Array>,
  source: RecordColumn,
  from: number,
  length: number,
  unless?: TimeColumn,
): void {
  const { values } = column;
  if (typeof source === 'function') for (let i = 0; i < length; i++) values[i] = source(from + i);
  else for (let i = 0; i < length; i++) values[i] = source[from + i]!;
  column.nulls = unless?.nulls ?? 0;
  if (unless && unless.nulls > 0) column.bits.set(unless.bits);
}

/** Nanoseconds as int64, written as two 32-bit halves: one BigInt per time would take seconds. NaN becomes null. */
function fillTimes(
  column: TimeColumn,
  source: RecordColumn,
  from: number,
  length: number,
  perQuery: number,
): void {
  const low = new Uint32Array(column.values.buffer);
  const high = new Int32Array(column.values.buffer);
  const { bits } = column;
  const get = typeof source === 'function' ? source : undefined;
  const array = source as ArrayLike<number>;
  bits.fill(0xff);
  let nulls = 0;
  for (let i = 0; i < length; i++) {
    const at = perQuery === 1 ? from + i : Math.floor((from + i) / perQuery);
    const ns = get ? get(at) : array[at]!;
    if (ns - ns === 0) {
      const upper = Math.floor(ns / 4294967296);
      low[2 * i] = ns - upper * 4294967296;
      high[2 * i + 1] = upper;
    } else {
      nulls++;
      bits[i >> 3]! &= ~(1 << (i & 7));
      low[2 * i] = 0;
      high[2 * i + 1] = 0;
    }
  }
  column.nulls = nulls;
}
