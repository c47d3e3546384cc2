/** What is told of a peak search while it runs: the bracket that closes, each probe, what was found, each full run. */
import { describe, expect, it, vi } from 'vitest';
import { createProgress } from '../../../src/cli/progress.js';
import { buildPlan } from '../../../src/plan/build.js';
import type { PeakFound, PeakProbed, Searching } from '../../../src/run/peak/events.js';
import type { RunEvent } from '../../../src/run/types.js';
import { peakAt } from '../../helpers/peak.js';

const plan = buildPlan({ plan: 'quick', options: { mode: 'peak', scenario: 'Server' }, folder: '/' });
const [run, ssd] = [plan.runs[0]!, plan.runs[1]!];

function told(events: readonly RunEvent[], isTTY = false, of = plan): string {
  let text = '';
  let now = 0;
  const stream = { isTTY, columns: 80, write: (chunk: string) => (text += chunk) };
  const progress = createProgress(of, stream, () => now);
  for (const event of events) {
    now += 200;
    progress.event(event);
  }
  return text;
}

/** What stands on the line at the end. */
const lastLine = (text: string) => text.split('\r\x1b[2K').at(-1)!;

const searching = (changes: Partial<Searching> = {}): Searching => ({
  ...{ type: 'searching', run, number: 4, targetQps: 214.3 },
  ...{ qps: 212, lowQps: 204.6, highQps: 219.4, elapsedS: 38.2, budgetS: 400 },
  ...changes,
});
const [holding, missing] = peakAt(212).probes;
const probed = (changes: Partial<PeakProbed['progress']> = {}): PeakProbed => ({
  ...{ type: 'peak-probe', run, number: 4, boundMs: 100, percentile: 0.99 },
  progress: { probe: holding!, qps: 212, lowQps: 205, highQps: 219, elapsedS: 40, ...changes },
});
const found = (changes: Partial<PeakFound['finding']>): PeakFound => ({
  type: 'peak-found',
  run,
  finding: { ...peakAt(212), ...changes },
});

describe('the line of a terminal', () => {
  it('shows the bracket, the probe and the time', () => {
    expect(lastLine(told([searching()], true, { ...plan, runs: [run] }))).toBe(
      'bert-tiny Server: peak 212 (205–219) queries/s · probe 5 at 214 · 38 s of 400 s',
    );
    expect(lastLine(told([searching({ run: ssd })], true))).toBe(
      '2/2 ssd-resnet34-small Server: peak 212 (205–219)/s · probe 5 at 214 · 38/400 s',
    );
  });

  it('says so where nothing is known yet, and of queries that come all at once', () => {
    const start = { number: 0, targetQps: 1e9, qps: undefined, lowQps: undefined, highQps: undefined };
    expect(lastLine(told([searching({ ...start, elapsedS: 0.3 })], true))).toBe(
      '1/2 bert-tiny Server: peak not known yet · probe 1 all at once · 0 s of 400 s',
    );
  });

  it('shows what probes tell alone until there is an interval', () => {
    const line = (ends: Partial<Searching>) =>
      lastLine(told([searching({ qps: undefined, ...ends })], true)).replace(/^.*?: (.*?) ·.*$/, '$1');
    expect(line({ lowQps: 200, highQps: 230 })).toBe('peak 200–230 queries/s');
    expect(line({ lowQps: 200, highQps: undefined })).toBe('peak over 200 queries/s');
    expect(line({ lowQps: undefined, highQps: 230 })).toBe('peak under 230 queries/s');
  });

  it('is replaced by lines that stay: what was found, and a full run that missed', () => {
    const final = { targetQps: 204.6, tailMs: 101.2, outcome: 'invalid', reasons: [] } as const;
    const bound = { boundMs: 100, percentile: 0.999 };
    const events: RunEvent[] = [
      searching(),
      probed(),
      found({ ended: 'budget' }),
      { type: 'peak-final', run, final, nextQps: 201.1, ...bound },
      { type: 'peak-final', run, final: { ...final, outcome: 'valid' }, ...bound },
    ];
    const text = told(events, true);
    expect(text.match(/[^\r\n]+(?=\n)/g)!.map((line) => line.replace('\x1b[2K', ''))).toEqual([
      '1/2 bert-tiny Server: peak 212 (210–214) queries/s, 2 probes in 80 s, time is up',
      '1/2 bert-tiny Server: full run at 205 queries/s: INVALID, p99.9 101 of 100 ms; next at 201',
    ]);
  });
});

describe('without a terminal', () => {
  it('each probe has a line with its latency, its verdict and what is known then', () => {
    const text = told([
      probed(),
      probed({
        probe: { ...missing!, verdict: 'open' },
        qps: undefined,
        lowQps: undefined,
        highQps: undefined,
      }),
    ]);
    expect(text).toBe(
      '1/2 bert-tiny Server: probe 5 at 201 queries/s: p99 60 of 100 ms, holds; peak 212 (205–219) queries/s\n' +
        '1/2 bert-tiny Server: probe 5 at 233 queries/s: p99 400 of 100 ms, undecided, ended early; peak not known yet\n',
    );
  });

  it.each<[string, Partial<PeakFound['finding']>, string]>([
    ['found', {}, 'peak 212 (210–214) queries/s, 2 probes in 80 s'],
    [
      'none that holds',
      { kind: 'none holds', qps: 0, lone: { p50Ms: 90, tailMs: 150 } },
      'no rate holds, a query alone takes 150 of 100 ms at p99',
    ],
    ['none', { kind: 'not found', qps: Number.NaN }, 'no peak found, 2 probes in 80 s'],
  ])('the end of the search has a line: %s', (_, changes, line) => {
    expect(told([found(changes)])).toBe(`1/2 bert-tiny Server: ${line}\n`);
  });

  it('each choice of batch and instances has a line, and the one that is made', () => {
    const tried = { instances: 1, maxBatch: 8 };
    const text = told([
      { type: 'choice-tried', run, tried: { ...tried, samplesPerSecond: 1234.5 } },
      { type: 'choice-tried', run, tried: { ...tried, instances: 2, latencyMs: 12.345 } },
      { type: 'choice-made', run, instances: 2, maxBatch: 8 },
    ]);
    expect(text).toBe(
      '1/2 bert-tiny Server: tried 1 instance, batch 8: 1,235 samples/s\n' +
        '1/2 bert-tiny Server: tried 2 instances, batch 8: 12.3 ms\n' +
        '1/2 bert-tiny Server: best with 2 instances, batch 8\n',
    );
  });

  it('is ASCII where the terminal shows no more', () => {
    vi.stubEnv('LC_ALL', 'C');
    const text = told([searching(), probed(), found({})]);
    vi.unstubAllEnvs();
    expect(text).toContain('peak 212 (205-219) queries/s | probe 5 at 214 | 38 s of 400 s\n');
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  });
});
