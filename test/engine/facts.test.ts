/** What is read out of a record: completed samples count, failed and unfinished ones do not. */
import { describe, expect, it } from 'vitest';
import {
  countRows,
  lastCompletedAt,
  type MeasuredFacts,
  measuredFacts,
  mergedFacts,
} from '../../src/engine/facts.js';
import type { PhaseResult } from '../../src/engine/phase.js';
import type { EffectiveSettings, Scenario, Values } from '../../src/loadgen/index.js';
import { phaseResult } from '../run/hand-made.js';

function factsOf(result: PhaseResult, scenario: Scenario = 'Server'): MeasuredFacts {
  return measuredFacts(result, { scenario } as EffectiveSettings, countRows(result));
}

const listed = ({ count, at }: Values) => Array.from({ length: count }, (_, i) => at(i));

describe('the facts of a phase', () => {
  it('are latencies from the scheduled times, and the times of the last query', () => {
    const result = phaseResult([
      { scheduledMs: 0, latencyMs: 5 },
      { scheduledMs: 10, latencyMs: 30 },
      { scheduledMs: 20, latencyMs: 2, lateMs: 1 },
    ]);
    const facts = factsOf(result);
    expect(listed(facts.latencies)).toEqual([5e6, 30e6, 2e6]);
    expect(facts).toMatchObject({
      queryCount: 3,
      sampleCount: 3,
      maxLatencyNs: 30e6,
      finalQueryScheduledNs: 20e6,
      finalQueryIssuedNs: 21e6,
      // The second query ends last, at 10 + 30 ms.
      finalQueryAllSamplesDoneNs: 40e6,
    });
  });

  it('leave out what failed or never completed', () => {
    const result = phaseResult([
      { scheduledMs: 0, latencyMs: 5 },
      { scheduledMs: 1, latencyMs: 500, failed: true },
      { scheduledMs: 2 },
      { scheduledMs: 3, latencyMs: 7 },
    ]);
    expect(countRows(result)).toEqual({ issued: 4, completed: 2, failed: 1 });
    const facts = factsOf(result);
    expect(listed(facts.latencies)).toEqual([5e6, 7e6]);
    expect(facts).toMatchObject({ queryCount: 4, sampleCount: 2, maxLatencyNs: 7e6 });
  });

  it('take only what was issued of what was generated', () => {
    const rows = [{ scheduledMs: 0, latencyMs: 5 }, { scheduledMs: 1, latencyMs: 6 }, { scheduledMs: 2 }];
    const result = phaseResult(rows, { queriesIssued: 2 });
    expect(countRows(result)).toEqual({ issued: 2, completed: 2, failed: 0 });
    expect(factsOf(result)).toMatchObject({ queryCount: 2, finalQueryScheduledNs: 1e6 });
  });

  it('have a MultiStream query take as long as its slowest sample, and drop one with a failed sample', () => {
    const rows = [
      { scheduledMs: 0, latencyMs: 5 },
      { scheduledMs: 0, latencyMs: 9 },
      { scheduledMs: 10, latencyMs: 4 },
      { scheduledMs: 10, latencyMs: 3, failed: true },
      { scheduledMs: 20, latencyMs: 8 },
      { scheduledMs: 20, latencyMs: 6 },
    ];
    const facts = factsOf(phaseResult(rows, {}, 2), 'MultiStream');
    expect(listed(facts.latencies)).toEqual([9e6, 8e6]);
    expect(listed(facts.sampleLatencies!)).toEqual([5e6, 9e6, 4e6, 8e6, 6e6]);
  });
});

it('phases one after the other make one run, whose times add up', () => {
  const first = factsOf(phaseResult([{ scheduledMs: 0, latencyMs: 100 }], {}), 'Offline');
  const second = factsOf(
    phaseResult([
      { scheduledMs: 0, latencyMs: 30 },
      { scheduledMs: 10, latencyMs: 40, lateMs: 2 },
    ]),
    'Offline',
  );
  const facts = mergedFacts([first, second]);
  expect(listed(facts.latencies)).toEqual([100e6, 30e6, 40e6]);
  expect(facts).toMatchObject({
    queryCount: 3,
    sampleCount: 3,
    maxLatencyNs: 100e6,
    // The second phase begins when the first is done, at 100 ms.
    finalQueryScheduledNs: 110e6,
    finalQueryIssuedNs: 112e6,
    finalQueryAllSamplesDoneNs: 150e6,
  });
});

it('phases one after the other have the longest latency of whichever phase it is in', () => {
  const [short, long] = [30, 100].map((latencyMs) =>
    factsOf(phaseResult([{ scheduledMs: 0, latencyMs }]), 'Offline'),
  );
  expect(mergedFacts([short!, long!, short!]).maxLatencyNs).toBe(100e6);
  expect(mergedFacts([long!, short!, short!]).maxLatencyNs).toBe(100e6);
  expect(mergedFacts([short!, short!, long!]).maxLatencyNs).toBe(100e6);
});

describe('the last completion', () => {
  const rows = [
    { scheduledMs: 0, latencyMs: 50 },
    { scheduledMs: 10, latencyMs: 5 },
    { scheduledMs: 20, latencyMs: 90, failed: true },
    { scheduledMs: 30 },
    { scheduledMs: 40, latencyMs: 100 },
  ];

  it('is that of a row that was issued and did not fail', () => {
    expect(lastCompletedAt(phaseResult(rows, { queriesIssued: 4 }))).toBe(50e6);
    expect(lastCompletedAt(phaseResult(rows))).toBe(140e6);
    expect(lastCompletedAt(phaseResult(rows.slice(2, 4)))).toBe(0);
  });

  it('is looked for in all samples of the queries', () => {
    expect(lastCompletedAt(phaseResult(rows.slice(0, 4), {}, 2))).toBe(50e6);
    const second = [{ scheduledMs: 0, latencyMs: 1 }, rows[0]!];
    expect(lastCompletedAt(phaseResult(second, {}, 2))).toBe(50e6);
  });
});

describe('phases of MultiStream, merged', () => {
  it('have the latencies of queries and of samples, one phase after the other, in any order asked for', () => {
    const phase = (...latenciesMs: readonly number[]) =>
      factsOf(
        phaseResult(
          latenciesMs.map((latencyMs) => ({ scheduledMs: 0, latencyMs })),
          {},
          2,
        ),
        'MultiStream',
      );
    const merged = mergedFacts([phase(1, 2, 3, 4), phase(9, 8)]);
    expect(listed(merged.latencies)).toEqual([2e6, 4e6, 9e6]);
    expect(listed(merged.sampleLatencies!)).toEqual([1e6, 2e6, 3e6, 4e6, 9e6, 8e6]);
    const { at } = merged.sampleLatencies!;
    expect([5, 0, 4, 3, 4].map(at)).toEqual([8e6, 1e6, 9e6, 4e6, 9e6]);
  });
});
