/** Latencies of a record in which rows failed or never ended: everybody who reads them must say the same. */
import { describe, expect, it } from 'vitest';
import { countRows, lastCompletedAt, measuredFacts } from '../../src/engine/facts.js';
import { isCompleted, queryLatency, queryOf, rowLatency } from '../../src/engine/latency.js';
import { createRecord } from '../../src/engine/query-record.js';
import { recentP99Ns } from '../../src/engine/watch.js';
import { defaultSettings, effectiveSettings, type Scenario } from '../../src/loadgen/index.js';
import { seriesOf } from '../../src/report/runs/series.js';
import { queriesAt } from '../helpers/engine.js';

/** Rows due at 0, 10, 20 … ns, completed after these latencies; those listed as failed took the longest. */
function recordOf(latencies: readonly number[], failed: readonly number[] = [], samplesPerQuery = 1) {
  const rows = latencies.length;
  const due = Array.from({ length: rows / samplesPerQuery }, (_, query) => 10 * query);
  const queries = { ...queriesAt(due), samplesPerQuery, rowCount: rows, samples: new Uint32Array(rows) };
  const record = createRecord(queries);
  latencies.forEach((latency, row) => {
    record.completed[row] = due[Math.floor(row / samplesPerQuery)]! + latency;
  });
  for (const row of failed) record.failed[row] = 1;
  record.issued.set(due);
  return record;
}

/** The same record as it is read back from `queries.arrow`. */
function stored(record: ReturnType<typeof recordOf>) {
  const { rowCount, samplesPerQuery, sample, failed, batch } = record;
  return {
    rowCount,
    samplesPerQuery,
    sample,
    scheduledNs: record.scheduled,
    issuedNs: record.issued,
    startedNs: record.started,
    completedNs: record.completed,
    instance: new Uint16Array(rowCount),
    batch,
    batchSize: new Uint32Array(rowCount).fill(1),
    failed,
  };
}

function facts(record: ReturnType<typeof recordOf>, scenario: Scenario) {
  const qsl = { totalSampleCount: 10, performanceSampleCount: 10 };
  const phase = { record, queriesIssued: record.queryCount };
  const effective = effectiveSettings(defaultSettings(scenario), qsl);
  return measuredFacts(phase, effective, countRows(phase));
}

const valuesOf = ({ count, at }: { count: number; at: (index: number) => number }) =>
  Array.from({ length: count }, (_, i) => at(i));

describe('the latency of a row', () => {
  const record = recordOf([5, 7, 90, Number.NaN], [2]);

  it('counts from the scheduled time of its query', () => {
    expect(rowLatency(record, 1)).toBe(7);
    expect(queryOf({ samplesPerQuery: 4 }, 7)).toBe(1);
    expect(rowLatency(recordOf([1, 2, 3, 4], [], 2), 3)).toBe(4);
  });

  it('is none where the row failed or was never completed', () => {
    expect([rowLatency(record, 2), rowLatency(record, 3)]).toEqual([Number.NaN, Number.NaN]);
    expect([0, 1, 2, 3].map((row) => isCompleted(record, row))).toEqual([true, true, false, false]);
  });
});

describe('the latency of a query', () => {
  it('is that of its slowest row, and none where one failed or was never completed', () => {
    const record = recordOf([1, 9, 4, 2, 3, 3, 5, Number.NaN], [4], 2);
    expect([0, 1, 2, 3].map((query) => queryLatency(record, query))).toEqual([9, 4, Number.NaN, Number.NaN]);
  });
});

describe('a failed row', () => {
  // 20 rows of 100 ns, of which two failed after 10,000 ns and one was never completed.
  const latencies = Array.from({ length: 20 }, (_, row): number => (row === 3 || row === 11 ? 10_000 : 100));
  latencies[19] = Number.NaN;
  const record = recordOf(latencies, [3, 11]);

  it('has no latency in the results, in the charts, or in the live p99', () => {
    const { latencies: measured, sampleCount, maxLatencyNs } = facts(record, 'Server');
    expect(valuesOf(measured)).toEqual(new Array(17).fill(100));
    expect([sampleCount, maxLatencyNs]).toEqual([17, 100]);
    expect(Array.from(seriesOf(stored(record)).latencyMs)).toEqual(new Array(17).fill(100 / 1e6));
    expect(recentP99Ns(record, 20)).toBe(100);
  });

  it('does not count as completed, nor as the last completion', () => {
    const phase = { record, queriesIssued: 20 };
    expect(countRows(phase)).toEqual({ issued: 20, completed: 17, failed: 2 });
    // Row 18, due at 180 ns; row 11 failed at 10,110.
    expect(lastCompletedAt(phase)).toBe(280);
    expect(seriesOf(stored(record)).completedNs).toHaveLength(17);
  });

  it('takes its query from the latencies of MultiStream, in results and charts alike', () => {
    const pairs = recordOf([1, 9, 4, 2, 3, 3], [4], 2);
    const { latencies: queries, sampleLatencies } = facts(pairs, 'MultiStream');
    expect(valuesOf(queries)).toEqual([9, 4]);
    expect(valuesOf(sampleLatencies!)).toEqual([1, 9, 4, 2, 3]);
    expect(Array.from(seriesOf(stored(pairs)).latencyMs)).toEqual([4 / 1e6, 9 / 1e6]);
  });
});

describe('the live p99', () => {
  it('is over the rows issued so far, and absent before any is completed', () => {
    const record = recordOf([50, 60, 70, Number.NaN]);
    expect(recentP99Ns(record, 4)).toBe(70);
    expect(recentP99Ns(record, 1)).toBe(50);
    expect(recentP99Ns(recordOf([Number.NaN]), 1)).toBeUndefined();
  });
});
