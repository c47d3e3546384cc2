/** Peak against peak and both at one rate, by hand. */
import { describe, expect, it } from 'vitest';
import type { Peak } from '../../../src/results/document/peak.js';
import { peakAt } from '../../helpers/peak.js';
import { compared, pairOf, serverRun, serverRuns } from './make-server.js';

const alone = (bare: Peak, vm: Peak, marginPercent = 5) =>
  pairOf(serverRuns('bare', [bare]), serverRuns('vm', [vm]), { marginPercent });

describe('own peak, of single searches', () => {
  const pair = alone(peakAt(1000), peakAt(912));

  it('is rate against rate, and what the pair is compared by', () => {
    expect(pair).toMatchObject({
      rates: 'highest rates',
      ratio: 0.912,
      baseline: { value: 1000, unit: 'samples/s', figure: 'peak samples/s' },
      candidate: { value: 912 },
    });
    const { ratio, interval, verdict } = pair;
    expect(pair.peaks!.ownPeak).toEqual({
      ratio,
      interval,
      verdict,
      baseline: { qps: 1000, lowQps: 990, highQps: 1010, boundMs: 100 },
      candidate: { qps: 912, lowQps: 0.99 * 912, highQps: 1.01 * 912, boundMs: 100 },
    });
    expect(pair.peaks!.percentile).toBe(0.99);
  });

  it('has the interval of the searches: 0.912 · e^(∓√(ln(1/0.99)² + ln(1.01)²)), at 90% 1.644854/1.959964 of it', () => {
    expect(pair.interval).toEqual({
      kind: 'own evidence',
      low: expect.closeTo(0.8991925610309895, 9),
      high: expect.closeTo(0.9249898587309766, 9),
      low90: expect.closeTo(0.9012394582521626, 9),
      high90: expect.closeTo(0.9228890195432189, 9),
      method: 'from what each search knows of its own result; not how much searches differ',
    });
  });

  // The limits of 0.98 are 0.96624 to 0.99396, at 90% 0.96844 to 0.99170; those of 0.96 are 0.94652 to 0.97367, at 90%
  // 0.94867 to 0.97146; those of 0.912 are above.
  it.each([
    [980, 5, { kind: 'equivalent' }],
    [960, 5.2, { kind: 'equivalent' }],
    [960, 5.1, { kind: 'undecided', reason: 'slower, by how much is open' }],
    [912, 7.6, { kind: 'undecided', reason: 'slower, by how much is open' }],
    [912, 7.4, { kind: 'slower' }],
  ])('decides as repeats do: %d against 1000 at %d%%', (qps, margin, verdict) => {
    expect(alone(peakAt(1000), peakAt(qps), margin).verdict).toMatchObject(verdict);
  });

  it('is faster where the candidate is, and open where the interval holds 1', () => {
    expect(alone(peakAt(1000), peakAt(1200)).verdict.kind).toBe('faster');
    const unsure = { lowQps: 850, highQps: 1200 };
    expect(alone(peakAt(1000), peakAt(1000, unsure)).verdict).toEqual({
      kind: 'undecided',
      reason: 'interval beyond the margin',
      why: 'the interval extends beyond the margin of 5%',
    });
  });

  it('decides nothing where a search does not say how sure it is', () => {
    const pair = alone(peakAt(1000), peakAt(912, { lowQps: 0, highQps: Number.NaN }));
    expect(pair.interval).toMatchObject({ kind: 'none', reason: 'no interval of its own' });
    expect(pair.verdict).toMatchObject({ kind: 'undecided', reason: 'single runs', moreRepeats: 2 });
  });
});

describe('own peak, of repeats', () => {
  const peaks = (of: readonly number[]) => of.map((qps) => peakAt(qps));

  it('is Welch’s, but no surer than the searches: here they agree by chance to 0.1%', () => {
    const pair = pairOf(
      serverRuns('bare', peaks([1000, 1001, 999])),
      serverRuns('vm', peaks([900, 901, 899]), 10),
    );
    // Each of six errors has weight 1/3: 1.959964 (at 90% 1.644854) · √6 · error ÷ 3 on the log scale.
    expect(pair.ratio).toBeCloseTo(0.8999999296295538, 9);
    expect(pair.interval).toMatchObject({
      kind: 'repeats',
      low: expect.closeTo(0.8926811365185305, 8),
      high: expect.closeTo(0.9073787270695706, 8),
      low90: expect.closeTo(0.8938537770061352, 8),
      high90: expect.closeTo(0.9061883432950377, 8),
      method: expect.stringMatching(/, 3 and 3 runs, widened to what each says of itself$/),
    });
    expect(pair.baseline.value).toBeCloseTo(999.9996666665555, 8);
    expect(pair.verdict.kind).toBe('slower');
  });

  it('is as unsure as repeats differ, and says how many more would settle it', () => {
    const pair = pairOf(
      serverRuns('bare', peaks([1000, 1040, 965])),
      serverRuns('vm', peaks([955, 990, 930]), 10),
    );
    expect(pair.interval).toMatchObject({
      kind: 'repeats',
      method: expect.stringMatching(/, 3 and 3 runs$/),
    });
    expect(pair.verdict).toMatchObject({ kind: 'undecided', moreRepeats: expect.any(Number) });
  });

  it('of one side alone lend it their mean and spread', () => {
    const pair = pairOf(serverRuns('bare', peaks([1000, 1040, 965])), serverRuns('vm', peaks([900])));
    expect(pair.interval).toMatchObject({
      kind: 'own evidence',
      method: expect.stringContaining('3 and 1 searches'),
    });
    expect(pair.baseline.value).toBeCloseTo((1000 * 1040 * 965) ** (1 / 3), 8);
  });
});

describe('the same rate', () => {
  it('is the lower peak: p99 by the curves, 50 ms against 100 ms at 900 queries/s', () => {
    const { sameRate } = alone(peakAt(1000), peakAt(900)).peaks!;
    expect(sameRate).toEqual({
      kind: 'compared',
      qps: 900,
      baseline: { ms: 50, lowMs: 47.5, highMs: 52.5, boundMs: 100, boundShare: 0.5 },
      candidate: { ms: 100, lowMs: 95, highMs: 105, boundMs: 100, boundShare: 1 },
      ratio: expect.closeTo(0.5, 12),
      // 0.5 · e^(∓√(ln(1/0.95)² + ln(1.05)²)).
      interval: expect.objectContaining({
        kind: 'own evidence',
        low: expect.closeTo(0.46582791074217883, 9),
        high: expect.closeTo(0.5366788769734477, 9),
      }),
      verdict: { kind: 'slower' },
    });
  });

  it('is between two points of a curve on the log scale: at 912, 50^0.88 · 100^0.12', () => {
    const { sameRate } = alone(peakAt(1000), peakAt(912)).peaks!;
    if (sameRate.kind !== 'compared') throw new Error(sameRate.why);
    expect(sameRate.baseline.ms).toBeCloseTo(54.336743126302906, 9);
    expect(sameRate.baseline.lowMs).toBeCloseTo(51.61990596998776, 9);
    expect(sameRate.baseline.highMs).toBeCloseTo(57.05358028261805, 9);
  });

  it('is the candidate’s to be faster at, where it is', () => {
    const { sameRate } = alone(peakAt(900), peakAt(1000)).peaks!;
    expect(sameRate).toMatchObject({ qps: 900, verdict: { kind: 'faster' }, ratio: expect.closeTo(2, 9) });
  });

  it('holds latencies against the margin that rates are held against', () => {
    const flat = (ms: number, reach = 1.005) => ({
      curve: [500, 1100].map((qps) => ({
        qps,
        p50Ms: 1,
        tailMs: ms,
        tailLowMs: ms / reach,
        tailHighMs: ms * reach,
      })),
    });
    const verdict = (bare: number, vm: number, reach?: number) => {
      const { sameRate } = alone(peakAt(1000, flat(bare, reach)), peakAt(1000, flat(vm, reach))).peaks!;
      return sameRate.kind === 'compared' && sameRate.verdict;
    };
    expect(verdict(80, 82)).toEqual({ kind: 'equivalent' });
    expect(verdict(80, 90)).toEqual({ kind: 'slower' });
    expect(verdict(80, 82, 1.2)).toMatchObject({ kind: 'undecided', reason: 'interval beyond the margin' });
  });

  it('has several curves to a side: the mean of them, as unsure as they differ', () => {
    const at = (factor: number) =>
      peakAt(1000, {
        curve: peakAt(1000).curve.map((point) => ({
          ...point,
          tailMs: point.tailMs * factor,
          tailLowMs: point.tailLowMs * factor,
          tailHighMs: point.tailHighMs * factor,
        })),
      });
    const bare = serverRuns('bare', [at(0.5), at(1), at(2)]);
    const { sameRate } = pairOf(
      bare,
      serverRuns(
        'vm',
        [1, 2, 3].map(() => peakAt(900)),
        10,
      ),
    ).peaks!;
    if (sameRate.kind !== 'compared') throw new Error(sameRate.why);
    // Logs ln 25, ln 50, ln 100: mean ln 50, sd ln 2, t of 2 degrees of freedom 4.302653: 50 · 2^(∓2.4841).
    expect(sameRate.baseline.ms).toBeCloseTo(50, 9);
    expect(sameRate.baseline.lowMs).toBeCloseTo(50 * 2 ** -(4.302652729911275 / Math.sqrt(3)), 5);
    expect(sameRate.candidate.ms).toBeCloseTo(100, 9);
    // Three alike are no surer than they are: a mean of ln(1/0.95) ÷ √3 down.
    expect(sameRate.candidate.lowMs).toBeCloseTo(100 * 0.95 ** (1 / Math.sqrt(3)), 9);
    expect(sameRate.interval.kind).toBe('repeats');
    expect(sameRate.verdict.kind).toBe('undecided');
  });

  it('is not beyond the end of a curve, and says whose', () => {
    const short = peakAt(1000, { curve: peakAt(1000).curve.slice(0, 3) });
    expect(alone(short, peakAt(900)).peaks!.sameRate).toEqual({
      kind: 'none',
      qps: 900,
      why: 'the curve of bare reaches from 250 to 750 queries/s, and 900 lies beyond it',
    });
    const pair = pairOf(
      serverRuns('bare', [peakAt(1000), peakAt(1000)]),
      serverRuns('vm', [peakAt(900), peakAt(900, { curve: [] })], 10),
    );
    expect(pair.peaks!.sameRate).toMatchObject({
      kind: 'none',
      why: 'the curve of run 2 of vm has no point',
    });
  });
});

describe('peaks that must not be compared', () => {
  const bound = peakAt(1000, { boundMs: 130 });

  it('are those under other bounds or percentiles', () => {
    expect(alone(bound, peakAt(900)).verdict).toMatchObject({
      kind: 'not comparable',
      reason: 'must match but differ',
      why: expect.stringContaining('latency bound of the peak (ms)'),
    });
    const percentile = peakAt(900, { percentile: 0.9 });
    expect(alone(peakAt(1000), percentile).verdict).toMatchObject({
      reason: 'must match but differ',
      why: 'percentile of the peak must match but differs',
    });
    expect(alone(peakAt(1000), percentile).peaks!.sameRate).toMatchObject({
      kind: 'none',
      why: 'the peaks are those of other percentiles',
    });
  });

  it('are not judged at the same rate either, unless that is forced', () => {
    const runs = [serverRuns('bare', [bound]), serverRuns('vm', [peakAt(900)])] as const;
    const { verdict, peaks } = pairOf(...runs);
    expect(peaks!.sameRate).toMatchObject({ kind: 'compared', verdict });
    expect(peaks!.ownPeak.verdict).toEqual(verdict);
    const forced = pairOf(...runs, { force: true });
    expect(forced.verdict.kind).toBe('slower');
    expect(forced.peaks!.sameRate).toMatchObject({ verdict: { kind: 'slower' } });
  });

  it('may differ in precision and time, which their intervals tell', () => {
    const pair = alone(peakAt(1000), peakAt(980, { precision: 0.05, budgetS: 60 }));
    expect(pair.verdict.kind).toBe('equivalent');
    const found = pair.differences.filter(({ field }) => field.startsWith('peak.'));
    expect(found).toMatchObject([
      {
        field: 'peak.precision',
        severity: 'expected',
        baseline: { value: '2%' },
        candidate: { value: '5%' },
      },
      { field: 'peak.budgetS', severity: 'expected', baseline: { value: '900' }, candidate: { value: '60' } },
    ]);
  });

  it('are no difference where only one side has them', () => {
    const pair = pairOf(serverRuns('bare', [peakAt(1000)]), serverRuns('vm', [undefined]));
    expect(pair.differences.filter(({ field }) => field.startsWith('peak.'))).toEqual([]);
  });

  it('are those of runs that are not VALID', () => {
    const invalid = serverRun(
      { system: 'vm', outcome: { kind: 'invalid', reasons: ['Too slow.'] } },
      peakAt(900),
    );
    const { verdict, peaks } = pairOf(serverRuns('bare', [peakAt(1000)]), [invalid]);
    expect(verdict).toMatchObject({ kind: 'not comparable', reason: 'not VALID' });
    expect(peaks!.ownPeak.verdict).toEqual(verdict);
  });
});

describe('the sentence', () => {
  it('says what peaks are kept and what the candidate’s users wait', () => {
    const { sentence } = compared(serverRuns('bare', [peakAt(1000)]), serverRuns('vm', [peakAt(900)]));
    expect(sentence).toBe(
      'vm is slower than bare by more than 5% on one Server pair: it keeps 0.900 of its performance. ' +
        "At the same rate, 900 queries/s of bert-99, its p99 is 100 ms, the baseline's 50 ms.",
    );
  });

  it('says nothing of latencies that must not be judged, nor of more than two pairs', () => {
    const { sentence } = compared(
      serverRuns('bare', [peakAt(1000, { boundMs: 130 })]),
      serverRuns('vm', [peakAt(900)]),
    );
    expect(sentence).not.toContain('same rate');
    const many = (system: string, qps: number) =>
      ['a', 'b', 'c'].map((benchmark) =>
        serverRun({ system, benchmark, path: `${system}/${benchmark}` }, peakAt(qps)),
      );
    expect(compared(many('bare', 1000), many('vm', 900)).sentence).not.toContain('same rate');
    expect(compared(many('bare', 1000).slice(1), many('vm', 900)).sentence).toMatch(/same rate.*same rate/);
  });
});
