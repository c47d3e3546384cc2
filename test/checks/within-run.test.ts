/** The interval of two single Offline runs, from their records: whose is whose, what counts, and that each is read once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compareResults } from '../../src/checks/compare-results.js';
import { readSeries } from '../../src/report/runs/read-series.js';
import type { ResultRun } from '../../src/results/types.js';
import { writeRecord } from '../../src/results/write/record.js';
import { ourRun } from '../compare/make-run.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-within-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A run of 400 samples at this rate, one after the other, and `failed` more that failed at the given time. */
async function run(name: string, perSecond: number, failed = 0, failedAtNs = 0): Promise<ResultRun> {
  const rowCount = 400 + failed;
  const completedNs = Float64Array.from({ length: rowCount }, (_, i) =>
    i < 400 ? Math.round(((i + 1) * 1e9) / perSecond) : failedAtNs,
  );
  const record = join(folder, `${name}.arrow`);
  await writeRecord(record, {
    rowCount,
    samplesPerQuery: rowCount,
    sample: new Uint32Array(rowCount),
    scheduledNs: Float64Array.of(0),
    issuedNs: Float64Array.of(0),
    startedNs: new Float64Array(rowCount),
    completedNs,
    instance: new Uint8Array(rowCount),
    batch: Uint32Array.from({ length: rowCount }, (_, i) => i),
    failed: Uint8Array.from({ length: rowCount }, (_, i) => (i < 400 ? 0 : 1)),
  });
  const throughput = { value: perSecond, unit: 'samples/s', figure: 'samples per second' } as const;
  return ourRun({ system: name, path: join(folder, name), record, throughput });
}

async function intervalOf(a: ResultRun, b: ResultRun, series?: Awaited<ReturnType<typeof readSeries>>) {
  const { comparison } = await compareResults({ name: 'bare', runs: [a] }, [{ name: 'vm', runs: [b] }], {
    marginPercent: 5,
    series,
  });
  const { interval, ratio } = comparison.candidates[0]!.pairs[0]!;
  if (interval.kind !== 'within-run only') throw new Error(`the interval is ${interval.kind}`);
  return { ratio, low: interval.low, high: interval.high };
}

describe('the interval within single runs', () => {
  it('is that of candidate ÷ baseline', async () => {
    // Both runs are even, so the interval is next to nothing wide, and 800 ÷ 1000 lies in it.
    const { low, high } = await intervalOf(await run('fast', 1000), await run('slow', 800));
    expect(low).toBeCloseTo(0.8, 3);
    expect(high).toBeCloseTo(0.8, 3);
  });

  it('counts no failed row, whenever it failed', async () => {
    const [fast, slow] = [await run('fast2', 1000), await run('slow2', 800)];
    const clean = await intervalOf(fast, slow);
    // 400 more at the end would halve the time that a sample takes.
    const failing = await run('failing', 800, 400, 500_000_000);
    expect(await intervalOf(fast, failing)).toEqual(clean);
    expect(await intervalOf(fast, failing, await readSeries([fast, failing]))).toEqual(clean);
  });

  it('is the same from series that were read before, and the records are not read again', async () => {
    const runs = [await run('fast3', 1000), await run('slow3', 800)] as const;
    const series = await readSeries(runs);
    const gone = runs.map((one) => ({ ...one, record: join(folder, 'gone.arrow') }));
    expect(await intervalOf(gone[0]!, gone[1]!, series)).toEqual(await intervalOf(...runs));
    await expect(intervalOf(gone[0]!, gone[1]!)).rejects.toThrow('gone.arrow');
  });
});
