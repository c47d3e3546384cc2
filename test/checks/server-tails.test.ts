/** p99 of Server runs from their records: which latencies count, in which order, and that each record is read once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compareResults } from '../../src/checks/compare-results.js';
import { tailInterval } from '../../src/compare/statistics/tail-interval.js';
import { readSeries } from '../../src/report/runs/read-series.js';
import type { ResultRun } from '../../src/results/types.js';
import { writeRecord } from '../../src/results/write/record.js';
import { serverRun } from '../compare/server/make-server.js';
import { correlated } from '../compare/statistics/latencies.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-server-tails-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Latencies in whole nanoseconds, milliseconds; neighbours hang together. */
const latencies = correlated(0.9)(10_000, 5).map((ms) => Math.round(ms * 1e6) / 1e6);

/** A run of these latencies, one query a millisecond; the last `failed` of them failed. */
async function run(name: string, latencyMs: Float64Array, failed = 0): Promise<ResultRun> {
  const rowCount = latencyMs.length;
  const scheduledNs = Float64Array.from(latencyMs, (_, i) => i * 1e6);
  const record = join(folder, `${name}.arrow`);
  await writeRecord(record, {
    rowCount,
    samplesPerQuery: 1,
    sample: new Uint32Array(rowCount),
    scheduledNs,
    issuedNs: scheduledNs,
    startedNs: scheduledNs,
    completedNs: Float64Array.from(latencyMs, (ms, i) => scheduledNs[i]! + Math.round(ms * 1e6)),
    instance: new Uint8Array(rowCount),
    batch: Uint32Array.from({ length: rowCount }, (_, i) => i),
    failed: Uint8Array.from({ length: rowCount }, (_, i) => (i < rowCount - failed ? 0 : 1)),
  });
  return serverRun({ system: name, path: join(folder, name), record });
}

async function pairOf(a: ResultRun, b: ResultRun, series?: Awaited<ReturnType<typeof readSeries>>) {
  const systems = [
    { name: 'bare', runs: [a] },
    { name: 'vm', runs: [b] },
  ] as const;
  const { comparison } = await compareResults(systems[0], [systems[1]], { marginPercent: 5, series });
  return comparison.candidates[0]!.pairs[0]!;
}

describe('p99 of a Server run', () => {
  it('is that of its latencies in milliseconds, in order of schedule', async () => {
    const expected = tailInterval(latencies, 0.99)!;
    const { baseline, candidate, tails } = await pairOf(
      await run('a', latencies),
      await run(
        'b',
        latencies.map((ms) => 2 * ms),
      ),
    );
    expect(baseline.tail).toMatchObject({
      ms: expect.closeTo(expected.value, 6),
      lowMs: expect.closeTo(expected.low!, 6),
      highMs: expect.closeTo(expected.high!, 6),
    });
    expect(candidate.tail!.ms).toBeCloseTo(2 * expected.value, 5);
    expect(tails!.ratio).toBeCloseTo(0.5, 5);
    // The same latencies sorted hang together far more: too much for an interval.
    const sorted = await pairOf(await run('c', latencies.slice().sort()), await run('d', latencies));
    expect(sorted.baseline.tail).toBeUndefined();
  });

  it('counts no query that failed', async () => {
    const more = Float64Array.from([...latencies, ...new Float64Array(5000).fill(900)]);
    const pair = await pairOf(await run('e', more, 5000), await run('f', latencies));
    expect(pair.baseline.tail).toEqual(pair.candidate.tail);
  });

  it('is the same from series that were read before, and the records are not read again', async () => {
    const runs = [
      await run('g', latencies),
      await run(
        'h',
        latencies.map((ms) => 2 * ms),
      ),
    ] as const;
    const expected = await pairOf(...runs);
    const series = await readSeries(runs);
    const gone = runs.map((one) => ({ ...one, record: join(folder, 'gone.arrow') }));
    const pair = await pairOf(gone[0]!, gone[1]!, series);
    expect(pair.tails).toEqual(expected.tails);
    expect(pair.baseline.tail).toEqual(expected.baseline.tail);
    await expect(pairOf(gone[0]!, gone[1]!)).rejects.toThrow('gone.arrow');
  });

  it('is not read of a run without a record, nor of an accuracy run', async () => {
    const [a, b] = [await run('i', latencies), await run('j', latencies)];
    const accuracy = { ...b, mode: 'AccuracyOnly' as const, path: 'accuracy', record: 'gone.arrow' };
    const systems = [
      { name: 'bare', runs: [a] },
      { name: 'vm', runs: [{ ...b, record: undefined }, accuracy] },
    ];
    const { comparison } = await compareResults(systems[0]!, [systems[1]!], { marginPercent: 5 });
    const pair = comparison.candidates[0]!.pairs[0]!;
    expect(pair.tails!.interval).toMatchObject({ kind: 'none', reason: 'no record of queries' });
    expect(pair.baseline.tail).toBeDefined();
  });
});
