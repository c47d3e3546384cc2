/** How the issuer chooses to wait, for rates, cores and privileges. */
import { describe, expect, it } from 'vitest';
import { planWait, type WaitFacts } from '../../../src/engine/issuer/waiting.js';

function plan(qps: number, given: Partial<WaitFacts & { realTime: boolean; fine: boolean }> = {}) {
  const { freeCores = 1, realTime = true, fine = true } = given;
  let priority: boolean | undefined;
  const wait = planWait({ meanGapNs: 1e9 / qps, freeCores }, fine, (on) => {
    priority = on && realTime;
    return realTime;
  });
  return { ...wait, priority };
}

/** Share of a core that spinning takes: Poisson gaps longer than the margin cost the margin, shorter ones all of the gap. */
const spun = (qps: number, spinNs: number) => 1 - Math.exp((-qps * spinNs) / 1e9);

describe('planWait', () => {
  it('sleeps with real-time priority where that is permitted, and spins less than a quarter of a core at 100 queries/s', () => {
    const wait = plan(100);
    expect(wait).toMatchObject({ mode: 'real-time sleep-then-spin', priority: true });
    expect(spun(100, wait.spinNs)).toBeLessThan(0.25);
  });

  it('takes no more than a tenth of a core from inference where no core is free', () => {
    for (const realTime of [true, false])
      for (const qps of [10, 100, 1000, 10_000, 100_000])
        expect(spun(qps, plan(qps, { freeCores: 0, realTime }).spinNs)).toBeLessThanOrEqual(0.1);
    expect(plan(100, { freeCores: 0 }).mode).toBe('real-time sleep-then-spin');
  });

  it('spins at usual priority where queries follow closer than a sleep is exact, but never without a free core', () => {
    expect(plan(100_000)).toMatchObject({ mode: 'spin', priority: false });
    expect(plan(100_000, { realTime: false }).mode).toBe('spin');
    expect(plan(100_000, { freeCores: 0 })).toMatchObject({ mode: 'sleep-then-spin', priority: false });
  });

  it('leaves a sleep more room where the timer slack could not be set', () => {
    const fine = plan(100, { realTime: false });
    const usual = plan(100, { realTime: false, fine: false });
    expect([fine.mode, usual.mode]).toEqual(['sleep-then-spin', 'sleep-then-spin']);
    expect(usual.spinNs).toBeGreaterThan(fine.spinNs);
  });
});
