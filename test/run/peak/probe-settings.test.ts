/** A probe is generated as a real run is, but for its length and its seeds. */
import { expect, it } from 'vitest';
import { generateQueries, loadableSets } from '../../../src/loadgen/index.js';
import { probeSettings } from '../../../src/run/peak/probe-settings.js';
import { planned } from '../hand-made.js';

const qsl = { totalSampleCount: 10_833, performanceSampleCount: 10_833 };
const run = planned({
  ...{ mode: 'peak', 'schedule-seed': '5', 'sample-index-seed': '18446744073709551615' },
  ...{
    'min-duration': '60s',
    'max-duration': '70s',
    'min-queries': '100',
    'max-queries': '1000',
    coalesce: true,
  },
});
const request = { targetQps: 250, queries: 1234, number: 3 };

it('has as many queries as asked, at the rate asked, and no limit of the run ends it', () => {
  const { own } = probeSettings(run, request, qsl);
  const { queryCount, scheduledNs } = generateQueries(own, loadableSets(own, qsl)[0]!);
  expect(queryCount).toBe(1234);
  // Within five standard deviations of a Poisson process.
  expect(Math.abs(1233 / (scheduledNs[1233]! / 1e9) / 250 - 1)).toBeLessThan(5 / Math.sqrt(1233));
  expect(own).toMatchObject({ maxQueryCount: 0, maxDurationNs: 0, minDurationNs: 0 });
  expect(own.requested.serverCoalesceQueries).toBe(true);
});

it('has seeds of its own, by its number, none of which is the run’s', () => {
  const seeds = [0, 1, 2].map((number) => {
    const { own } = probeSettings(run, { ...request, number }, qsl);
    return [own.scheduleRngSeed, own.sampleIndexRngSeed];
  });
  expect(seeds).toEqual([
    [6n, 0n],
    [7n, 1n],
    [8n, 2n],
  ]);
});

it('shows the rules of the run where the run got no further', () => {
  const { asRun, own } = probeSettings(run, request, qsl);
  expect(asRun).toMatchObject({
    minDurationNs: 60e9,
    minQueryCount: 100,
    maxQueryCount: 1000,
    targetQps: 250,
  });
  expect(asRun.scheduleRngSeed).toBe(own.scheduleRngSeed);
});
