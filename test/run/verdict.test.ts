/** Whether a run holds, and what is said of an issuer that was late. */
import { describe, expect, it } from 'vitest';
import type { EffectiveSettings, Summary, TestMode } from '../../src/loadgen/index.js';
import {
  faultReasons,
  judgedOf,
  type LatenessFacts,
  latenessWarning,
  outcomeOf,
  suspensionReasons,
} from '../../src/run/verdict.js';
import { phaseResult } from './hand-made.js';

const whole = phaseResult([{ scheduledMs: 0, latencyMs: 1 }]);

/** A summary in which LoadGen's rules hold, but for these. */
function summaryWith(
  missed: Partial<Summary['constraints']>,
  recommendations: readonly string[] = [],
  otherReasons: readonly string[] = [],
): Summary {
  const constraints = {
    performance: true,
    minDuration: true,
    minQueries: true,
    earlyStopping: true,
    ...missed,
  };
  const valid = !Object.values(constraints).includes(false) && otherReasons.length === 0;
  return {
    valid,
    constraints,
    recommendations,
    facts: { otherReasons },
    earlyStopping: {},
  } as unknown as Summary;
}

const judged = (mode: TestMode, summary: Summary, issued = 10) =>
  judgedOf({ mode, accuracySampleCount: 10 }, summary, { issued });
const performance = (summary: Summary) => judged('PerformanceOnly', summary);

describe('the outcome', () => {
  it('is VALID where every rule holds', () => {
    expect(outcomeOf(performance(summaryWith({})), [whole], [])).toEqual({ kind: 'valid' });
  });

  it('names each rule that does not hold, what LoadGen advises, and what it has no rule for', () => {
    const advice = 'Reduce target QPS to improve latency.';
    const own = 'The machine was suspended for 3.0 s during the run.';
    const summary = summaryWith({ performance: false, earlyStopping: false }, [advice, own], [own]);
    expect(outcomeOf(performance(summary), [whole], [own])).toEqual({
      kind: 'invalid',
      reasons: ['Performance constraints not satisfied.', 'Early stopping not satisfied.', advice, own],
    });
  });

  it('is aborted where a phase was cut short, whatever the rules say', () => {
    const cut = phaseResult([], { aborted: 'stopped-by-user' });
    expect(outcomeOf(performance(summaryWith({})), [whole, cut], ['a fault'])).toEqual({
      kind: 'aborted',
      reasons: ['The run was stopped by the user.', 'a fault'],
    });
  });

  it('says why a phase was cut short', () => {
    const cut = phaseResult([], { aborted: 'no-worker-left' });
    expect(outcomeOf(performance(summaryWith({})), [cut], [])).toEqual({
      kind: 'aborted',
      reasons: ['The run was aborted because no worker thread was left.'],
    });
  });

  it('of an accuracy run rests on its faults, and on whether all samples were issued', () => {
    const missed = summaryWith({ performance: false });
    expect(outcomeOf(judged('AccuracyOnly', missed), [whole], [])).toEqual({ kind: 'valid' });
    expect(outcomeOf(judged('AccuracyOnly', missed), [whole], ['a fault'])).toEqual({
      kind: 'invalid',
      reasons: ['a fault'],
    });
    expect(outcomeOf(judged('AccuracyOnly', missed, 9), [whole], [])).toEqual({
      kind: 'invalid',
      reasons: ['Only 9 of 10 samples were issued.'],
    });
    expect(outcomeOf(judged('AccuracyOnly', missed, 0), [], []).kind).toBe('invalid');
  });

  it.each(['SubmissionRun', 'FindPeakPerformance'] as const)('is never VALID in the mode %s', (mode) => {
    expect(outcomeOf(judged(mode, summaryWith({})), [whole], [])).toEqual({
      kind: 'invalid',
      reasons: [`There is no verdict on a run in LoadGen's mode ${mode}.`],
    });
  });
});

describe('the rules of LoadGen', () => {
  it.each<[Partial<Summary['constraints']>, string]>([
    [{ performance: false }, 'Performance constraints not satisfied.'],
    [{ minDuration: false }, 'Min duration not satisfied.'],
    [{ minQueries: false }, 'Min queries not satisfied.'],
    [{ earlyStopping: false }, 'Early stopping not satisfied.'],
  ])('are each named by itself: %j', (missed, sentence) => {
    expect(outcomeOf(performance(summaryWith(missed)), [whole], [])).toEqual({
      kind: 'invalid',
      reasons: [sentence],
    });
  });

  it('have no bound outside Server', () => {
    const summary = summaryWith({ performance: undefined, minQueries: false });
    expect(outcomeOf(performance(summary), [whole], [])).toEqual({
      kind: 'invalid',
      reasons: ['Min queries not satisfied.'],
    });
  });
});

describe('reasons that LoadGen has no rule for', () => {
  it('count failed samples and quote the first two faults of the backend, then every other fault', () => {
    const faults = ['one', 'two', 'three'].map((message) => ({ kind: 'batch-failed' as const, message }));
    const died = { kind: 'thread-died' as const, message: 'Worker thread 0 died.' };
    const phases = [phaseResult([], { faults }), phaseResult([], { faults: [died] })];
    expect(faultReasons(phases, { issued: 10, completed: 7, failed: 3 })).toEqual([
      '3 of 10 samples failed and count for nothing. one two',
      'Worker thread 0 died.',
    ]);
    expect(faultReasons([whole], { issued: 1, completed: 1, failed: 0 })).toEqual([]);
  });

  it('count failed samples alone where no fault of the backend is known', () => {
    expect(faultReasons([whole], { issued: 10, completed: 9, failed: 1 })).toEqual([
      '1 of 10 samples failed and count for nothing.',
    ]);
  });

  it('begin with a sleep of any length, and with a second by which the clock was set', () => {
    expect(suspensionReasons({ suspendedNs: { value: 0 }, wallClockSetMs: 0 })).toEqual([]);
    expect(suspensionReasons({ suspendedNs: { value: 1e8 }, wallClockSetMs: 0 })).toHaveLength(1);
    expect(suspensionReasons({ suspendedNs: { value: 0 }, wallClockSetMs: 1000 })).toEqual([
      'The wall clock was set by 1.0 s during the run, as when a host pauses its VM.',
    ]);
    expect(suspensionReasons({ suspendedNs: { value: 0 }, wallClockSetMs: -999 })).toEqual([]);
  });

  it('are a machine that slept and a wall clock that was set by a second or more', () => {
    expect(suspensionReasons({ suspendedNs: { value: 2.5e9 }, wallClockSetMs: -1500 })).toEqual([
      'The machine was suspended for 2.5 s during the run.',
      'The wall clock was set by -1.5 s during the run, as when a host pauses its VM.',
    ]);
    expect(suspensionReasons({ suspendedNs: { unavailable: 'no /proc' }, wallClockSetMs: 999 })).toEqual([]);
  });
});

describe('the warning of a late issuer', () => {
  const effective = { scenario: 'Server', targetLatencyNs: 100e6 } as EffectiveSettings;
  const quiet: LatenessFacts = { freeCores: 1, realTime: true, stealCores: 0 };

  function warning(
    p99Ms: number,
    late: { p99Ms: number; share: number },
    facts: Partial<LatenessFacts> = {},
    settings = effective,
  ) {
    const lateness = {
      p50Ns: 0,
      p99Ns: late.p99Ms * 1e6,
      maxNs: late.p99Ms * 1e6,
      shareOver1PercentOfBound: late.share,
      waitMode: 'spin',
    };
    const summary = { percentileLatencyNs: p99Ms * 1e6 } as Summary;
    return latenessWarning(lateness, summary, settings, { ...quiet, ...facts });
  }

  it('is not given for lateness that changes nothing', () => {
    expect(warning(50, { p99Ms: 0.02, share: 0.01 })).toBeUndefined();
    // Missed by 50 ms, which 0.02 ms cannot explain.
    expect(warning(150, { p99Ms: 0.02, share: 0 })).toBeUndefined();
    const offline = { ...effective, scenario: 'Offline' } as EffectiveSettings;
    expect(warning(101, { p99Ms: 3, share: 0.5 }, {}, offline)).toBeUndefined();
  });

  it('says where the bound was missed by no more than the issuer was late', () => {
    expect(warning(101, { p99Ms: 3, share: 0.05 })).toEqual({
      kind: 'verdict-by-lateness',
      missedByNs: 1e6,
      lateP99Ns: 3e6,
      causes: [],
    });
  });

  it('says so up to the lateness itself, and not where the bound was just met', () => {
    expect(warning(103, { p99Ms: 3, share: 0 })).toMatchObject({
      kind: 'verdict-by-lateness',
      missedByNs: 3e6,
    });
    expect(warning(103.001, { p99Ms: 3, share: 0 })).toBeUndefined();
    expect(warning(100, { p99Ms: 3, share: 0 })).toBeUndefined();
  });

  it.each<[string, Partial<LatenessFacts>, unknown[]]>([
    ['just enough stolen time to matter', { stealCores: 0.01 }, [{ kind: 'stolen-time', cores: 0.01 }]],
    ['no free core', { freeCores: 0 }, [{ kind: 'no-free-core' }]],
    [
      'no free core and no privilege',
      { freeCores: 0, realTime: false },
      [{ kind: 'no-free-core' }, { kind: 'no-real-time-priority' }],
    ],
    ['a free core without privilege', { realTime: false }, []],
    ['stolen time', { stealCores: 0.25 }, [{ kind: 'stolen-time', cores: 0.25 }]],
    ['too little stolen time to matter', { stealCores: 0.009 }, []],
    ['steal that is not known', { stealCores: undefined }, []],
  ])('names what is known to have caused it: %s', (_, facts, causes) => {
    expect(warning(50, { p99Ms: 3, share: 0.05 }, facts)).toEqual({
      kind: 'issuer-late',
      share: 0.05,
      causes,
    });
  });
});
