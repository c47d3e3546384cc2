/** What is said of a run that stood still, or whose CPUs others used. */
import { describe, expect, it } from 'vitest';
import { unavailable } from '../../src/base/measured.js';
import { conclude } from '../../src/run/conclude.js';
import { disturbanceWarnings, standstillOf, standstillReasons } from '../../src/run/disturbance.js';
import type { TelemetrySummary } from '../../src/system/telemetry/summary.js';
import { everyMs, finishedRun, phaseResult, planned } from './hand-made.js';

const ms = (n: number) => n * 1e6;
const held = { performance: true, minDuration: true, minQueries: true, earlyStopping: true };
const missed = { ...held, performance: false };

/** A Server run of 1,000 queries within 100.0 s that stood still as given, milliseconds. */
function stood(...stretches: readonly (readonly [number, number])[]) {
  const rows = [...everyMs(999, () => 1), { scheduledMs: 99_999, latencyMs: 1 }];
  const standstills = stretches.map(([from, to]) => ({ fromNs: ms(from), toNs: ms(to) }));
  return phaseResult(rows, { standstills });
}

/** Telemetry in which others used the CPUs like this. */
function telemetry(mean: number, contendedShare = 0, steal = 0): TelemetrySummary {
  const others = { value: { cpus: 2, cores: { mean, max: 2 }, contendedShare } };
  return { others, stealCores: { value: { mean: steal, max: steal } } } as unknown as TelemetrySummary;
}
const quiet = telemetry(0);

describe('a standstill', () => {
  it('is added up within the run, and is a share of it', () => {
    expect(standstillOf(stood())).toBeUndefined();
    expect(standstillOf(stood([1000, 1300], [50_000, 50_500]))).toEqual({
      count: 2,
      totalNs: ms(800),
      longestNs: ms(500),
      share: 0.008,
    });
    // What comes after the last completion is no part of it.
    expect(standstillOf(stood([99_700, 105_000]))?.totalNs).toBe(ms(300));
    expect(standstillOf(stood([100_000, 105_000]))).toBeUndefined();
  });

  it('of more than 1% makes a run INVALID, with how long it was', () => {
    expect(standstillReasons(undefined)).toEqual([]);
    expect(standstillReasons(standstillOf(stood([0, 1000])))).toEqual([]);
    expect(standstillReasons(standstillOf(stood([0, 1001])))).toEqual([
      'The process stood still for 1.0 s, 1.0% of the run, where 1% is allowed: it was stopped (Ctrl-Z), its VM was paused, or it got no CPU.',
    ]);
  });

  it('of less is a warning: the figures may be worse, or the verdict due to it', () => {
    const standstill = standstillOf(stood([0, 800]));
    const facts = { kind: 'stood-still', count: 1, totalNs: ms(800), longestNs: ms(800), share: 0.008 };
    expect(disturbanceWarnings(standstill, quiet, { constraints: held })).toEqual([
      { ...facts, affects: 'figures' },
    ]);
    for (const rule of ['performance', 'minQueries', 'earlyStopping'])
      expect(disturbanceWarnings(standstill, quiet, { constraints: { ...held, [rule]: false } })).toEqual([
        { ...facts, affects: 'verdict' },
      ]);
    // A run that was too short was not made so by standing still.
    expect(disturbanceWarnings(standstill, quiet, { constraints: { ...held, minDuration: false } })).toEqual([
      { ...facts, affects: 'figures' },
    ]);
    // Beyond the limit the reason says it already.
    expect(disturbanceWarnings(standstillOf(stood([0, 2000])), quiet, { constraints: missed })).toEqual([]);
  });

  const server = planned({ 'target-qps': '1000', 'min-duration': '900ms', 'min-queries': '1000' });
  const still = { standstills: [{ fromNs: 0, toNs: ms(300) }] };

  it('reaches the verdict and the log of a run', async () => {
    const rows = everyMs(1000, () => 1);
    const { document, summaryText } = await conclude(await finishedRun(server, [phaseResult(rows, still)]));
    const reason = expect.stringMatching(/^The process stood still for 0\.3 s, 30\.0% of the run/);
    expect(document.outcome).toEqual({ kind: 'invalid', reasons: [reason] });
    expect(summaryText).toContain('Result is : INVALID');
  });

  it('means nothing to an accuracy run', async () => {
    const accuracy = planned({ mode: 'accuracy' });
    const { document } = await conclude(
      await finishedRun(accuracy, [
        phaseResult(
          everyMs(10, () => 1),
          still,
        ),
      ]),
    );
    expect(document).toMatchObject({ outcome: { kind: 'valid' }, warnings: [] });
  });
});

describe('CPUs that others used', () => {
  const warned = (summary: TelemetrySummary) =>
    disturbanceWarnings(undefined, summary, { constraints: held });

  it('are a warning with its size from 5% of them on', () => {
    expect(warned(telemetry(0.099))).toEqual([]);
    expect(warned(telemetry(0.1))).toEqual([
      {
        kind: 'cpu-taken',
        cpus: 2,
        byOthersCores: 0.1,
        byHypervisorCores: 0,
        contendedShare: 0,
        affects: 'figures',
      },
    ]);
    expect(disturbanceWarnings(undefined, telemetry(1.6, 0.9), { constraints: missed })).toMatchObject([
      { byOthersCores: 1.6, contendedShare: 0.9, affects: 'verdict' },
    ]);
  });

  it('are one too where they were contended for a hundredth of the time, or the hypervisor took one', () => {
    expect(warned(telemetry(0, 0.009, 0.019))).toEqual([]);
    expect(warned(telemetry(0, 0.01))).toHaveLength(1);
    expect(warned(telemetry(0, 0, 0.02))).toMatchObject([{ byHypervisorCores: 0.02 }]);
  });

  it('are not guessed where they are not known', () => {
    const unknown = { others: unavailable('no /proc'), stealCores: unavailable('no /proc') };
    expect(warned(unknown as unknown as TelemetrySummary)).toEqual([]);
  });

  it('are told in the document of a run', async () => {
    const server = planned({ 'target-qps': '1000', 'min-duration': '900ms', 'min-queries': '1000' });
    const finished = await finishedRun(server, [phaseResult(everyMs(1000, () => 1))]);
    const summary = { ...finished.telemetry.summary, ...telemetry(1.6, 0.9) };
    const { document } = await conclude({ ...finished, telemetry: { ...finished.telemetry, summary } });
    expect(document.outcome).toEqual({ kind: 'valid' });
    expect(document.warnings).toMatchObject([
      {
        kind: 'cpu-taken',
        message:
          "Other processes used 1.60 of 2 CPUs on average; for 90.0% of the time they left none idle. The figures may be worse than the system's own.",
      },
    ]);
  });
});
