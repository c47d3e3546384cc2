import { describe, expect, it } from 'vitest';
import { cell, createControl } from '../../../src/engine/control.js';
import { issueScheduled } from '../../../src/engine/issuer/issuer.js';
import { createRecord } from '../../../src/engine/query-record.js';
import { queriesAt } from '../../helpers/engine.js';

const noLimits = {
  minQueryCount: 0,
  maxQueryCount: 0,
  targetDurationNs: 0,
  maxDurationNs: 0,
  maxAsyncQueries: 0,
};

/** Issues 200 queries, due 1 us apart, with an issuer that first looks at 100.5 us; each look takes 10 ns. */
function issueLate(coalesce: boolean, limits = noLimits) {
  const record = createRecord(queriesAt(Array.from({ length: 200 }, (_, i) => i * 1000)));
  const control = createControl(1, 1);
  let time = 100_490;
  const now = () => {
    time += 10;
    return time;
  };
  const wait = { mode: 'spin', spinNs: Number.POSITIVE_INFINITY } as const;
  const report = issueScheduled(record, control, limits, wait, coalesce, now);
  return { record, report, head: Atomics.load(control.cells, cell.head) };
}

describe('a late issuer', () => {
  it('with coalescing issues all that are due at one time, and later ones when they are due', () => {
    const { record, report, head } = issueLate(true);
    expect(report).toMatchObject({ queriesIssued: 200, end: 'complete' });
    expect(head).toBe(200);
    // 0, 1, … 100 us were due at 100.5 us.
    expect(new Set(record.issued.subarray(0, 101))).toEqual(new Set([100_500]));
    for (let i = 101; i < 200; i++) {
      expect(record.issued[i]! - record.scheduled[i]!).toBeGreaterThanOrEqual(0);
      expect(record.issued[i]! - record.scheduled[i]!).toBeLessThan(10);
    }
  });

  it('without it stamps each by itself, save for the bursts with which it catches up', () => {
    const { record } = issueLate(false);
    expect(new Set(record.issued.subarray(0, 64)), 'a burst of 64').toEqual(new Set([100_500]));
    expect(new Set(record.issued.subarray(64)).size, 'the 37 others that were due, and those after').toBe(
      136,
    );
    expect(record.issued.every((time, i) => time >= record.scheduled[i]!)).toBe(true);
  });

  it('ends with the first reading of the clock after the maximum duration', () => {
    // Query 150 is due at 150 us, which is not yet too late; with query 151 it is.
    const { record, report, head } = issueLate(false, { ...noLimits, maxDurationNs: 150_000 });
    expect({ ...report, head }).toMatchObject({ queriesIssued: 152, end: 'max-duration', head: 152 });
    expect(record.issued.subarray(150, 152)).toEqual(Float64Array.of(150_000, 151_000));
  });

  it('issues no more than the most queries asked for, also together', () => {
    const { report, head } = issueLate(true, { ...noLimits, maxQueryCount: 40 });
    expect({ ...report, head }).toMatchObject({ queriesIssued: 40, end: 'max-queries', head: 40 });
  });
});
