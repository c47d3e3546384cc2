import { describe, expect, it } from 'vitest';
import { pointsOfLatencies } from '../../src/report/charts/latency-curve.js';
import { renderSvg } from '../../src/report/charts/render-svg.js';
import { shortened } from '../../src/report/charts/shortened.js';
import { ratesOverTime } from '../../src/report/charts/throughput-over-time.js';
import { seriesOf } from '../../src/report/runs/series.js';
import type { StoredRecord } from '../../src/results/types.js';

function record(changes: Partial<StoredRecord>): StoredRecord {
  const rowCount = changes.completedNs?.length ?? 0;
  return {
    rowCount,
    samplesPerQuery: 1,
    sample: new Uint32Array(rowCount),
    scheduledNs: new Float64Array(rowCount),
    issuedNs: new Float64Array(rowCount),
    startedNs: new Float64Array(rowCount),
    completedNs: new Float64Array(rowCount),
    instance: new Uint16Array(rowCount),
    batch: new Uint32Array(rowCount),
    batchSize: new Uint32Array(rowCount),
    failed: new Uint8Array(rowCount),
    ...changes,
  };
}

describe('series of a record', () => {
  it('counts latency from the scheduled time, and leaves out what never completed', () => {
    const series = seriesOf(
      record({
        scheduledNs: Float64Array.of(1e6, 2e6, 3e6),
        completedNs: Float64Array.of(9e6, 5e6, Number.NaN),
      }),
    );
    expect([...series.latencyMs]).toEqual([3, 8]);
    expect([...series.completedNs]).toEqual([5e6, 9e6]);
  });

  it('takes the last sample of a query of several, and each sample of Offline’s one query', () => {
    const completedNs = Float64Array.of(4e6, 7e6, 6e6, 5e6);
    const multi = record({ samplesPerQuery: 2, scheduledNs: Float64Array.of(0, 1e6), completedNs });
    expect([...seriesOf(multi).latencyMs]).toEqual([5, 7]);
    const offline = record({ samplesPerQuery: 4, scheduledNs: Float64Array.of(0), completedNs });
    expect([...seriesOf(offline).latencyMs]).toEqual([4, 5, 6, 7]);
  });

  it('counts a failed sample neither as throughput nor as a latency', () => {
    const failed = record({ completedNs: Float64Array.of(1e9, 2e9), failed: Uint8Array.of(1, 0) });
    expect([...seriesOf(failed).completedNs]).toEqual([2e9]);
    expect([...seriesOf(failed).latencyMs]).toEqual([2000]);
  });
});

describe('points of the charts', () => {
  it('find each share’s latency on the way to the tail', () => {
    const points = pointsOfLatencies(Float64Array.from({ length: 10_000 }, (_, i) => i + 1));
    expect(points[0]).toEqual([0, 1]);
    for (const [share, ms] of points) expect(Math.abs(ms - share * 10_000)).toBeLessThanOrEqual(1.001);
    expect(points.at(-1)![0]).toBeCloseTo(0.9999, 10);
    expect(pointsOfLatencies(new Float64Array(0))).toEqual([]);
  });

  it('add up to the run: a steady rate is flat, and the windows hold every completion', () => {
    const rates = ratesOverTime(Float64Array.from({ length: 6000 }, (_, i) => (i + 1) * 1e7));
    expect(rates).toHaveLength(60);
    expect(rates.reduce((sum, { rate }) => sum + rate * 1, 0)).toBeCloseTo(6000, 6);
    for (const { rate } of rates) expect(Math.abs(rate - 100)).toBeLessThanOrEqual(1);
  });

  it('keep both ends of a long name', () => {
    expect(shortened('r7525-vsphere-a100-40c', 40)).toBe('r7525-vsphere-a100-40c');
    expect(shortened('abcdefghijklmnop', 9)).toBe('abcd…mnop');
  });
});

describe('drawings', () => {
  it('of different keys share no id', async () => {
    const spec = {
      data: { values: [{ a: 1 }] },
      mark: { type: 'point', clip: true },
      encoding: { x: { field: 'a', type: 'quantitative' } },
    };
    const ids = (svg: string) => [...svg.matchAll(/\bid="([^"]+)"/g)].map((match) => match[1]!);
    const [first, second] = [await renderSvg(spec as never, 'a'), await renderSvg(spec as never, 'b')];
    expect(ids(first).length).toBeGreaterThan(0);
    expect(ids(first).filter((id) => ids(second).includes(id))).toEqual([]);
    for (const [, id] of second.matchAll(/url\(#([^)]+)\)/g)) expect(ids(second)).toContain(id);
  });
});
