import { describe, expect, it } from 'vitest';
import { countDone, createControl, rowsIssued } from '../../../src/engine/control.js';
import { issueScheduled } from '../../../src/engine/issuer/issuer.js';
import { createRecord } from '../../../src/engine/query-record.js';
import { type IssueLimits, issueEndLine } from '../../../src/loadgen/run-limits.js';
import { limitsOf, queriesAt } from '../../helpers/engine.js';

const spin = { mode: 'spin', spinNs: Number.POSITIVE_INFINITY } as const;

/** Issues 200 queries, due 1 us apart, with an issuer that first looks at 100.5 us; each look takes 10 ns. */
function issueLate(coalesce: boolean, limits: Partial<IssueLimits> = {}) {
  const record = createRecord(queriesAt(Array.from({ length: 200 }, (_, i) => i * 1000)));
  const control = createControl(1, 1);
  let time = 100_490;
  const now = () => {
    time += 10;
    return time;
  };
  const report = issueScheduled({ record, control, limits: limitsOf(limits), coalesce }, spin, now);
  return { record, report, issued: rowsIssued(control) };
}

describe('a late issuer', () => {
  it('with coalescing issues all that are due at one time, and later ones when they are due', () => {
    const { record, report, issued } = issueLate(true);
    expect(report).toEqual({ queriesIssued: 200, end: { kind: 'all-issued' } });
    expect(issued).toBe(200);
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
    const { record, report, issued } = issueLate(false, { maxDurationNs: 150_000 });
    expect(report).toEqual({ queriesIssued: 152, end: { kind: 'max-duration', durationNs: 151_000 } });
    expect(issued).toBe(152);
    expect(record.issued.subarray(150, 152)).toEqual(Float64Array.of(150_000, 151_000));
  });

  it('issues no more than the most queries asked for, also together', () => {
    const { report, issued } = issueLate(true, { maxQueryCount: 40 });
    expect(report).toEqual({ queriesIssued: 40, end: { kind: 'max-queries', issued: 40 } });
    expect(issued).toBe(40);
  });
});

describe('an issuer with too many queries outstanding', () => {
  it('keeps the figures it decided by, although the system has caught up a moment later', () => {
    const record = createRecord(queriesAt([0, 10, 20, 30, 40, 50]));
    const control = createControl(1, 1);
    let time = 0;
    let done = 0;
    // One query is completed by 25 ns, and all that are issued by 45 ns.
    const now = () => {
      time += 1;
      const completed = time >= 45 ? rowsIssued(control) : time >= 25 ? 1 : 0;
      if (completed > done) countDone(control, completed - done, false);
      done = Math.max(done, completed);
      return time;
    };
    const limits = limitsOf({ maxAsyncQueries: 2 });
    const report = issueScheduled({ record, control, limits, coalesce: false }, spin, now);
    // At 0, 10 and 20 ns 1, 2 and 3 were outstanding: the third is one too many.
    expect(report).toEqual({ queriesIssued: 3, end: { kind: 'max-async', issued: 3, outstanding: 3 } });
    while (time < 60) now();
    expect(report.end.kind === 'stopped' || issueEndLine(report.end)).toEqual({
      level: 'error',
      text: 'IssueQueryThread 0 Ending early: Too many outstanding queries. issued 3 outstanding 3',
    });
  });
});
