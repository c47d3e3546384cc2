/** Repeats under one name that are not alike: they are named, and judged as a difference between the sides would be. */
import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../src/compare/compare-systems.js';
import { runDifferences } from '../../src/compare/differences/differences.js';
import type { PairComparison } from '../../src/compare/types.js';
import type { ResultRun, RunDocument } from '../../src/results/types.js';
import type { Fingerprint } from '../../src/system/types.js';
import { ourRun, repeatsOf, settings } from './make-run.js';

const rates = [1000, 1001, 999];

/** The runs, the n-th (from 1) of them with another system under test. */
function unlike(runs: readonly ResultRun[], number: number, sut: Partial<RunDocument['sut']>): ResultRun[] {
  return runs.map((run) => {
    const document = run.document!;
    return run.runNumber === number
      ? { ...run, document: { ...document, sut: { ...document.sut, ...sut } } }
      : run;
  });
}

function onlyPair(bare: readonly ResultRun[], vm: readonly ResultRun[], force = false): PairComparison {
  const options = { marginPercent: 5, force };
  return compareSystems({ name: 'bare', runs: bare }, [{ name: 'vm', runs: vm }], options).candidates[0]!
    .pairs[0]!;
}

describe('one fp32 run among fp16 ones', () => {
  const mixed = unlike(repeatsOf(rates, 'bare'), 3, { precision: 'fp32' });
  const alike = repeatsOf(rates, 'vm', 10);
  const precision = (pair: PairComparison) => pair.differences.find(({ field }) => field === 'sut.precision');

  it('is named, and the pair is refused, whichever side it is on', () => {
    const pair = onlyPair(mixed, alike);
    expect(pair.verdict).toEqual({
      kind: 'not comparable',
      reason: 'must match but differ',
      why: 'precision (among the runs of the baseline) must match but differs',
    });
    expect(precision(pair)).toMatchObject({
      severity: 'must match',
      within: 'the baseline',
      note: 'differs among the runs of the baseline',
      baseline: { value: 'fp16 (runs 1–2), fp32 (run 3)' },
      candidate: { value: 'fp16' },
    });
    expect(precision(onlyPair(alike, mixed))).toMatchObject({
      within: 'the candidate',
      candidate: { value: 'fp16 (runs 1–2), fp32 (run 3)' },
    });
    expect(onlyPair(mixed, alike, true).verdict.kind).toBe('equivalent');
  });

  it('is refused where both sides are mixed alike', () => {
    const both = onlyPair(mixed, unlike(alike, 3, { precision: 'fp32' }));
    expect(precision(both)?.within).toBe('both sides');
    expect(both.verdict.kind).toBe('not comparable');
  });

  it('does not matter where it is INVALID and left out', () => {
    const invalid = mixed.map(
      (run): ResultRun =>
        run.runNumber === 3 ? { ...run, outcome: { kind: 'invalid', reasons: ['too short'] } } : run,
    );
    expect(precision(onlyPair(invalid, alike))).toBeUndefined();
  });

  it('is found against a side that does not say its precision', () => {
    const silent = alike.map(({ document, ...run }) => run);
    const found = runDifferences(mixed, silent).find(({ field }) => field === 'sut.precision');
    expect(found).toMatchObject({ within: 'the baseline', candidate: { unavailable: expect.any(String) } });
    expect(onlyPair(mixed, silent).verdict.kind).toBe('not comparable');
  });
});

describe('a precision that differs between the sides', () => {
  it('is refused', () => {
    const whole = repeatsOf(rates, 'vm', 10).flatMap((run) =>
      unlike([run], run.runNumber!, { precision: 'fp32' }),
    );
    expect(onlyPair(repeatsOf(rates, 'bare'), whole).verdict).toMatchObject({
      kind: 'not comparable',
      why: 'precision must match but differs',
    });
  });
});

describe('what confounds', () => {
  it('is named among the repeats and leaves the verdict', () => {
    const pair = onlyPair(unlike(repeatsOf(rates, 'bare'), 2, { instances: 4 }), repeatsOf(rates, 'vm', 10));
    expect(pair.verdict.kind).toBe('equivalent');
    expect(pair.differences).toContainEqual(
      expect.objectContaining({
        field: 'sut.instances',
        severity: 'confounds',
        baseline: { value: '1 (runs 1, 3), 4 (run 2)' },
        candidate: { value: '1' },
      }),
    );
  });

  it('counts most runs of a large side instead of naming them all', () => {
    const many = unlike(repeatsOf([1, 2, 3, 4, 5, 6], 'bare'), 4, { instances: 4 });
    const [found] = runDifferences(many, repeatsOf([1], 'vm'));
    expect(found!.baseline).toEqual({ value: '1 (the other 5 runs), 4 (run 4)' });
  });

  it('is unknown where some runs did not record it, and known where others differ anyway', () => {
    const some = unlike(repeatsOf(rates, 'bare'), 1, { warmup: 3 });
    const [found] = runDifferences(some, repeatsOf([1], 'vm'));
    expect(found).toMatchObject({
      field: 'sut.warmup',
      note: 'unknown on one side: could not be checked',
      baseline: { unavailable: 'it was not recorded in runs 2–3; it is 3 (run 1)' },
    });
    const other = unlike(repeatsOf([1], 'vm'), 1, { warmup: 3 });
    expect(runDifferences(some, other)[0]!.note).toBe('unknown in some runs: could not be checked');
    const more = unlike(repeatsOf([1], 'vm'), 1, { warmup: 9 });
    expect(runDifferences(some, more)[0]).toMatchObject({
      baseline: { value: '3 (run 1), unknown (runs 2–3)' },
      candidate: { value: '9' },
    });
  });
});

describe('settings', () => {
  it('must match among the runs of a side, of published ones too', () => {
    const runs = repeatsOf(rates, 'bare').map((run) =>
      run.runNumber === 2
        ? { ...run, settings: { requested: {}, effective: { ...settings, min_duration_ms: 60_000 } } }
        : run,
    );
    expect(onlyPair(runs, repeatsOf(rates, 'vm', 10)).verdict).toMatchObject({
      why: 'min_duration_ms (among the runs of the baseline) must match but differs',
    });
  });
});

describe('the machines that the runs of one name were made on', () => {
  const print = (driver: string, vcpus = 24) =>
    ({
      fingerprint: {
        schema: 'baremark-fingerprint/1',
        cpu: { logicalCpus: { value: vcpus } },
        gpu: { driver: { value: driver } },
      } as unknown as Fingerprint,
    }) as const;

  it('are all looked at, and told apart by benchmark, scenario and run', () => {
    const bare = [
      ourRun({ runNumber: 1 }, print('535.54')),
      ourRun({ runNumber: 2 }, print('535.54')),
      ourRun({ runNumber: 1, scenario: 'Server' }, print('470.1', 12)),
    ];
    const vm = [ourRun({ runNumber: 1 }, print('535.54'))];
    const [one] = compareSystems({ name: 'bare', runs: bare }, [{ name: 'vm', runs: vm }], {
      marginPercent: 5,
    }).candidates;
    expect(one!.differences.find(({ field }) => field === 'gpu.driver')).toMatchObject({
      severity: 'confounds',
      within: 'the baseline',
      baseline: { value: '535.54 (bert-99 Offline runs 1–2), 470.1 (bert-99 Server run 1)' },
    });
    // One count of CPUs is only that of the baseline where all its runs have it.
    expect(one!.sentence).not.toContain('logical CPUs');
  });
});
