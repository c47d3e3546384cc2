/** What is said of an issuer that was late, and why it was. */
import { expect, it } from 'vitest';
import type { EffectiveSettings, Summary } from '../../src/loadgen/index.js';
import { type LatenessFacts, latenessWarning } from '../../src/run/verdict.js';

const effective = { scenario: 'Server', targetLatencyNs: 100e6 } as EffectiveSettings;
const quiet: LatenessFacts = { freeCores: 1, realTime: true, stealCores: 0 };

function warning(p99Ms: number, late: { p99Ms: number; share: number }, facts: Partial<LatenessFacts> = {}) {
  const lateness = {
    p50Ns: 0,
    p99Ns: late.p99Ms * 1e6,
    maxNs: late.p99Ms * 1e6,
    shareOver1PercentOfBound: late.share,
    waitMode: 'spin',
  };
  const summary = { percentileLatencyNs: p99Ms * 1e6 } as Summary;
  return latenessWarning(lateness, summary, effective, { ...quiet, ...facts });
}

it('says nothing of lateness that changes nothing', () => {
  expect(warning(50, { p99Ms: 0.02, share: 0 })).toBeUndefined();
  expect(warning(150, { p99Ms: 0.02, share: 0 })).toBeUndefined();
});

it('says where lateness may have decided the verdict', () => {
  expect(warning(101, { p99Ms: 3, share: 0.05 })).toBe(
    'The latency bound was missed by 1.00 ms while the issuer was up to 3.00 ms late at p99: its lateness may have decided the verdict (something else on this machine took its core).',
  );
});

it.each<[string, Partial<LatenessFacts>]>([
  ['inference uses every core, so the issuer had to share one', { freeCores: 0 }],
  [
    'inference uses every core, so the issuer had to share one; it has no privilege for real-time priority',
    { freeCores: 0, realTime: false },
  ],
  ["the hypervisor gave 0.25 cores' worth of time to others", { stealCores: 0.25 }],
  ['something else on this machine took its core', { stealCores: undefined }],
])('names the cause: %s', (cause, facts) => {
  expect(warning(50, { p99Ms: 3, share: 0.05 }, facts)).toBe(
    `The issuer was late by more than 1% of the latency bound for 5.0% of the queries (${cause}).`,
  );
});
