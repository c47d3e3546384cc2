/** The runs of full length after a search: where they begin, how far they step down, and what ends them. */
import { describe, expect, it } from 'vitest';
import { fewQueriesReason } from '../../../src/results/document/rule-reasons.js';
import type { Outcome } from '../../../src/results/types.js';
import { finalRuns } from '../../../src/run/peak/finals.js';

const missed: Outcome = {
  kind: 'invalid',
  reasons: ['Performance constraints not satisfied.', 'Reduce target QPS to improve latency.'],
};
const early: Outcome = {
  kind: 'invalid',
  reasons: ['Early stopping not satisfied.', fewQueriesReason(900, 5, 'p99', 300)],
};
const valid: Outcome = { kind: 'valid' };

/** Runs whose outcomes are these, one after the other; the attempt is the number of the run. */
async function finals(
  found: readonly [low: number, qps: number, high: number],
  outcomes: readonly Outcome[],
  fewest = 0,
) {
  const [lowQps, qps, highQps] = found;
  const rates: number[] = [];
  const told: [number, number | undefined][] = [];
  const result = await finalRuns<number>(
    { qps, lowQps, highQps },
    async (targetQps) => {
      const outcome = outcomes[rates.length];
      rates.push(targetQps);
      return outcome ? { measured: { attempt: rates.length, tailMs: 90, outcome } } : {};
    },
    (targetQps) => targetQps >= fewest,
    (final, nextQps) => told.push([final.targetQps, nextQps]),
  );
  return { ...result, rates, told };
}

describe('full runs at a peak', () => {
  it('begin at the low end of the interval, and end with the first that is VALID', async () => {
    const { attempt, finals: made, stopped, told } = await finals([196, 200, 204], [valid]);
    expect({ attempt, stopped }).toEqual({ attempt: 1, stopped: false });
    expect(made).toEqual([{ targetQps: 196, tailMs: 90, outcome: 'valid', reasons: [] }]);
    expect(told).toEqual([[196, undefined]]);
  });

  it('step down by half of the interval where latency or early stopping fail', async () => {
    // Half of 190 to 210 is 5% of 200.
    const { attempt, finals: made, told } = await finals([190, 200, 210], [missed, early, valid]);
    expect(attempt).toBe(3);
    const rates = [190, 190 * 0.95, 190 * 0.95 ** 2];
    expect(made.map(({ targetQps }) => targetQps)).toEqual(rates.map((rate) => expect.closeTo(rate, 9)));
    expect(made.map(({ outcome, reasons }) => [outcome, reasons.length])).toEqual([
      ['invalid', 2],
      ['invalid', 2],
      ['valid', 0],
    ]);
    expect(told.map(([, next]) => next)).toEqual([rates[1], rates[2], undefined].map(near));
  });

  it('step by 1% at least and by half at most', async () => {
    expect((await finals([199.8, 200, 200.2], [missed, valid])).rates[1]).toBeCloseTo(199.8 * 0.99, 9);
    expect((await finals([10, 100, 1000], [missed, valid])).rates[1]).toBeCloseTo(5, 9);
  });

  it('begin at half of the rate where the interval goes down to nothing', async () => {
    expect((await finals([0, 100, 200], [valid])).rates).toEqual([50]);
  });

  it('end after six steps', async () => {
    const { attempt, finals: made, rates } = await finals([98, 100, 102], new Array(20).fill(missed));
    expect([attempt, made.length]).toEqual([7, 7]);
    expect(rates.at(-1)).toBeCloseTo(98 * 0.98 ** 6, 9);
  });

  it('do not step down to where a run has too few queries to be VALID', async () => {
    expect((await finals([98, 100, 102], [early, early, early], 95)).rates).toEqual([98, near(98 * 0.98)]);
  });

  it.each<[string, Outcome]>([
    ['a fault', { kind: 'invalid', reasons: [...missed.reasons, '3 of 900 samples failed.'] }],
    ['a standstill', { kind: 'invalid', reasons: ['The process stood still for 9.0 s, 12.0% of the run.'] }],
    ['the user', { kind: 'aborted', reasons: ['The run was stopped by the user.'] }],
  ])('do not step down for %s', async (_, outcome) => {
    const { finals: made, stopped } = await finals([98, 100, 102], [outcome, valid]);
    expect(made).toHaveLength(1);
    expect(stopped).toBe(false);
  });

  it('keep those that were made where the next is stopped before it begins', async () => {
    const { attempt, finals: made, stopped } = await finals([98, 100, 102], [missed]);
    expect([attempt, made.length, stopped]).toEqual([1, 1, true]);
    expect(await finals([98, 100, 102], [])).toMatchObject({ attempt: undefined, finals: [], stopped: true });
  });
});

function near(value: number | undefined) {
  return value === undefined ? undefined : expect.closeTo(value, 9);
}
