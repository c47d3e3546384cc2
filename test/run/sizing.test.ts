/** An Offline run that ended too early because a probe had sized it is run again; virtual time, so that it is the same everywhere. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { WorkerPool } from '../../src/engine/worker-pool.js';
import { buildPlan } from '../../src/plan/build.js';
import type { PlannedRun } from '../../src/plan/types.js';
import { runPlan } from '../../src/run/index.js';
import { tooShort } from '../../src/run/measuring/sizing.js';
import type { RunEvent } from '../../src/run/types.js';
import { virtualPool } from '../helpers/virtual-pool.js';
import { everyMs, phaseResult } from './hand-made.js';

const out = mkdtempSync(join(tmpdir(), 'baremark-sizing-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** One instance whose n-th phase, from 1, takes this many milliseconds for each sample. */
function poolOf(msPerSample: (phase: number) => number): void {
  vi.spyOn(WorkerPool, 'open').mockImplementation(async (config) => {
    let phases = 0;
    const usual = virtualPool(config);
    const run: typeof usual.run = (phase) => {
      phases++;
      const options = { fixedMs: msPerSample(phases), perSampleMs: 0 };
      return virtualPool({ ...config, options }).run(phase);
    };
    return { ...usual, run } as unknown as WorkerPool;
  });
}

async function offline(options: Record<string, unknown> = {}) {
  const given = {
    ...{ model: 'bert-tiny', scenario: 'Offline', backend: 'simulated', instances: 1, 'max-batch': 1 },
    ...{ 'min-duration': '10s', 'min-queries': 1, system: 'box', out, ...options },
  };
  const events: RunEvent[] = [];
  const plan = buildPlan({ options: given, folder: '/' });
  const onEvent = (event: RunEvent) => void events.push(event);
  const [document] = await runPlan(plan, { onEvent, signal: new AbortController().signal });
  return { document: document!, resized: events.filter(({ type }) => type === 'resized') };
}

describe('an Offline run', () => {
  it('that was faster than its probe is run again at the right size, and says so', async () => {
    // The warm-up and the probe see 100 samples/s, so that 100 × 1.3 × 1.1 × 10 s = 1,430 samples are asked for. They
    // are done after 1.43 s, at 1,000 samples/s, which asks for 14,300.
    poolOf((phase) => (phase <= 2 ? 10 : 1));
    const { document, resized } = await offline();
    expect(resized).toMatchObject([{ samples: 1430, lastedS: 1.43, minDurationS: 10 }]);
    expect(document.outcome).toEqual({ kind: 'valid' });
    expect(document.result).toMatchObject({ samples: 14_300, durationS: expect.closeTo(14.3, 9) });
    expect(document.warnings).toEqual([
      {
        kind: 'offline-resized',
        samples: 1430,
        lastedS: 1.43,
        minDurationS: 10,
        message:
          'The query of 1430 samples, sized by a probe, was done after 1.4 of 10.0 s; this run is its repetition with a larger one.',
      },
    ]);
  });

  it('is measured three times at most', async () => {
    // Ten times as fast in each phase after the probe.
    poolOf((phase) => 10 ** (3 - phase));
    const { document, resized } = await offline();
    expect(resized).toHaveLength(2);
    expect(document.outcome).toMatchObject({ kind: 'invalid' });
  });

  it('that the probe sized well is run once', async () => {
    poolOf(() => 1);
    const { document, resized } = await offline();
    expect([resized, document.warnings]).toEqual([[], []]);
    expect(document.result.samples).toBe(14_300);
  });

  it.each(['offline-expected-qps', 'target-qps'])('keeps to the size that --%s asks for', async (option) => {
    poolOf(() => 1);
    const { document, resized } = await offline({ [option]: 100 });
    expect(resized).toEqual([]);
    expect(document.outcome).toMatchObject({ kind: 'invalid' });
    expect(document.result.samples).toBe(1100);
  });
});

describe('a query that was too short', () => {
  const run = {
    scenario: 'Offline',
    mode: 'PerformanceOnly',
    settings: { offlineExpectedQps: 'auto' },
  } as unknown as PlannedRun;
  const effective = { minDurationNs: 1e9, performanceIssueUnique: false };
  // All scheduled at 0, the last done after half a second.
  const rows = everyMs(10, (i) => 50 * (i + 1)).map((row) => ({ ...row, scheduledMs: 0 }));
  const of = (changed: Partial<typeof run>, settings = effective, phase = phaseResult(rows, {}, 10)) =>
    tooShort({ ...run, ...changed }, settings, { phaseResults: [phase] });

  it('says what it measured', () => {
    expect(of({})).toEqual({ samples: 10, lastedS: 0.5, minDurationS: 1, samplesPerSecond: 20 });
  });

  it('is none where it lasted, where something went wrong, or where nobody guessed', () => {
    expect(of({}, { ...effective, minDurationNs: 0.5e9 })).toBeUndefined();
    expect(of({}, { ...effective, performanceIssueUnique: true })).toBeUndefined();
    expect(of({ scenario: 'Server' })).toBeUndefined();
    expect(of({ mode: 'AccuracyOnly' })).toBeUndefined();
    expect(of({ settings: { offlineExpectedQps: 20 } })).toBeUndefined();
    expect(of({ settings: {} })).toBeUndefined();
    const cut = phaseResult(rows, { aborted: 'stopped-by-user' }, 10);
    expect(of({}, effective, cut)).toBeUndefined();
    const failing = phaseResult(
      rows.map((row, i) => ({ ...row, failed: i === 3 })),
      {},
      10,
    );
    expect(of({}, effective, failing)).toBeUndefined();
  });
});
