/** p99 of Server runs, side against side, with intervals from records and from repeats. */
import { describe, expect, it } from 'vitest';
import type { RunTail } from '../../../src/compare/types.js';
import type { ResultRun } from '../../../src/results/types.js';
import { pairOf, serverRun, serverRuns } from './make-server.js';

const bare = [serverRun()];
const vm = [serverRun({ system: 'vm' })];
const tail = (ms: number, lowMs?: number, highMs?: number): RunTail => ({ ms, lowMs, highMs });
const withTails = (runs: readonly ResultRun[], tails: readonly RunTail[]) => ({
  tails: new Map(tails.map((one, i) => [runs[i]!.path, one])),
});
const compare = (
  sides: readonly [readonly ResultRun[], readonly ResultRun[]],
  tails: readonly [readonly RunTail[], readonly RunTail[]],
) => pairOf(sides[0], sides[1], {}, [withTails(sides[0], tails[0]), withTails(sides[1], tails[1])]);

describe('the p99s of two single runs', () => {
  const pair = compare([bare, vm], [[tail(61, 58, 64)], [tail(100, 96, 105)]]);
  const method = 'order statistics of p99, widened by how neighbouring queries hang together';

  it('are those of their records', () => {
    expect(pair.baseline.tail).toEqual({ ms: 61, lowMs: 58, highMs: 64, percentile: 0.99, method });
    expect(pair.candidate.tail).toMatchObject({ ms: 100, lowMs: 96, highMs: 105 });
  });

  it('have a ratio, less than 1 where the candidate’s users wait longer, and its interval', () => {
    // 61/100 · e^(−√(ln(105/100)² + ln(61/58)²)) and · e^(√(ln(100/96)² + ln(64/61)²)).
    const down = Math.hypot(Math.log(105 / 100), Math.log(61 / 58));
    const up = Math.hypot(Math.log(100 / 96), Math.log(64 / 61));
    expect(pair.tails).toEqual({
      percentile: 0.99,
      ratio: expect.closeTo(0.61, 12),
      interval: {
        kind: 'within-run only',
        low: expect.closeTo(0.61 * Math.exp(-down), 10),
        high: expect.closeTo(0.61 * Math.exp(up), 10),
        method,
      },
    });
  });

  it('leave the rates and their verdict as they are', () => {
    expect(pair.verdict).toMatchObject({ reason: 'requested rates' });
    expect(pair.interval).toMatchObject({ reason: 'single runs outside Offline' });
  });

  it('have no interval where a run is too short or has no record, and say so', () => {
    const short = compare([bare, vm], [[tail(61, 58, 64)], [tail(100)]]);
    expect(short.tails).toMatchObject({ ratio: expect.closeTo(0.61, 12) });
    expect(short.tails!.interval).toEqual({
      kind: 'none',
      reason: 'too few latencies',
      why: 'too few independent latencies lie above it in runs this short',
    });
    expect(short.baseline.tail).toMatchObject({ lowMs: 58 });
    expect(short.candidate.tail).toBeUndefined();
    // Without a record, the run's own figures: half of the bound of 100 ms.
    const lacking = compare([bare, vm], [[tail(61, 58, 64)], []]);
    expect(lacking.tails).toMatchObject({ ratio: 1.22, interval: { reason: 'no record of queries' } });
  });

  it('of published logs have a ratio alone', () => {
    const logs = [bare, vm].map(([run]) => [{ ...run!, source: 'mlperf' as const }]);
    const pair = pairOf(logs[0]!, [{ ...logs[1]![0]!, boundShare: 0.8 }]);
    expect(pair.tails).toMatchObject({ ratio: 0.625, interval: { reason: 'published logs' } });
    expect(pair.baseline.tail).toBeUndefined();
  });

  it('are not compared where percentiles differ or are not known', () => {
    const tails = [[tail(61, 58, 64)], [tail(100, 96, 105)]] as const;
    const other = [serverRun({ system: 'vm', percentile: 0.97 })];
    expect(compare([bare, other], tails).tails).toBeUndefined();
    const unknown = [serverRun({ system: 'vm', percentile: undefined })];
    expect(compare([unknown, unknown], tails).tails).toBeUndefined();
    const none = [serverRun({ system: 'vm', boundShare: undefined })];
    expect(pairOf(bare, none).tails).toBeUndefined();
  });

  it('are those of Server alone', () => {
    const offline = [serverRun({ scenario: 'Offline' })];
    expect(compare([offline, offline], [[tail(1, 1, 1)], [tail(1, 1, 1)]]).tails).toBeUndefined();
  });
});

describe('the p99s of repeats', () => {
  const three = (system: string, firstHour = 0) =>
    serverRuns(system, [undefined, undefined, undefined], firstHour);
  const sides = [three('bare'), three('vm', 10)] as const;

  it('are geometric means, as unsure as the runs differ', () => {
    const pair = compare(sides, [
      [tail(50, 49, 51), tail(100, 98, 102), tail(200, 196, 204)],
      [tail(100, 98, 102), tail(100, 98, 102), tail(100, 98, 102)],
    ]);
    // Logs ln 50, ln 100, ln 200: mean ln 100, sd ln 2, t of 2 degrees of freedom 4.302653.
    expect(pair.baseline.tail).toMatchObject({
      ms: expect.closeTo(100, 9),
      lowMs: expect.closeTo(100 * 2 ** -(4.302652729911275 / Math.sqrt(3)), 5),
      method: 't on logarithms over 3 runs',
    });
    // Welch with one side that does not vary: df 2, the same half-width.
    expect(pair.tails!.ratio).toBeCloseTo(1, 9);
    expect(pair.tails!.interval).toMatchObject({
      kind: 'repeats',
      low: expect.closeTo(2 ** -(4.302652729911275 / Math.sqrt(3)), 6),
    });
  });

  it('that agree by chance are no surer than their records', () => {
    const same = [tail(100, 95, 100 / 0.95), tail(100, 95, 100 / 0.95), tail(100, 95, 100 / 0.95)];
    const pair = compare(sides, [same, same]);
    expect(pair.candidate.tail!.lowMs).toBeCloseTo(100 * 0.95 ** (1 / Math.sqrt(3)), 9);
    expect(pair.tails!.interval).toMatchObject({
      low: expect.closeTo(0.95 ** Math.sqrt(2 / 3), 9),
      method: expect.stringContaining('widened to what each says of itself'),
    });
  });

  it('need no record', () => {
    const logs = sides.map((side) => side.map((run, i) => ({ ...run, boundShare: 0.5 + 0.1 * i })));
    const { tails, baseline } = pairOf(logs[0]!, logs[1]!);
    expect(tails!.interval.kind).toBe('repeats');
    expect(baseline.tail!.ms).toBeCloseTo(100 * (0.5 * 0.6 * 0.7) ** (1 / 3), 9);
  });
});
