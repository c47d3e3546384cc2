/** Server pairs as they are shown: peaks, both at one rate, p99 with its interval, and shares of the bound. */
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../src/compare/compare-systems.js';
import type { Comparison, RunTail } from '../../src/compare/types.js';
import { compareCsv } from '../../src/report/compare/csv.js';
import { compareMarkdown } from '../../src/report/compare/markdown.js';
import { compareTable } from '../../src/report/compare/table.js';
import type { Peak } from '../../src/results/document/peak.js';
import { serverRuns } from '../compare/server/make-server.js';
import { peakAt } from '../helpers/peak.js';

const widest = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length));
const flat = (text: string) => text.replace(/\s+/g, ' ');

function comparison(
  peaks: readonly [Peak | undefined, Peak | undefined],
  tails: readonly [RunTail?, RunTail?] = [],
): Comparison {
  const side = (name: string, which: 0 | 1) => {
    const runs = serverRuns(name, [peaks[which]]);
    const tail = tails[which];
    return { name, runs, tails: new Map(tail ? [[runs[0]!.path, tail]] : []) };
  };
  return compareSystems(side('bare', 0), [side('vm', 1)], { marginPercent: 5 });
}

const peaks = comparison(
  [peakAt(1000), peakAt(900)],
  [
    { ms: 61.25, lowMs: 58, highMs: 64.04 },
    { ms: 98, lowMs: 95.5, highMs: 101 },
  ],
);
const requested = comparison(
  [undefined, undefined],
  [
    { ms: 61, lowMs: 58, highMs: 64 },
    { ms: 100, lowMs: 96, highMs: 105 },
  ],
);
const rows = (of: Comparison): Record<string, string>[] => parse(compareCsv(of), { columns: true });

describe('a pair at its peaks in the terminal', () => {
  const text = compareTable(peaks);

  it('has a line for the peaks and one for the latencies at the lower of them, in 80 columns', () => {
    expect(text).toMatch(/^bert-99 +Server +1000 +900 +0\.900 +0\.887–0\.913 +slower$/m);
    expect(text).toMatch(/^ +same rate +50 ms +100 ms +0\.500 +0\.466–0\.537 +slower$/m);
    expect(widest(text)).toBeLessThanOrEqual(80);
  });

  it('says what the rates are, with their intervals', () => {
    expect(flat(text)).toContain(
      'Rates are peaks, the highest that keep p99 within 100 ms: 1000 (990–1010) and 900 (891–909) queries/s.',
    );
    expect(text).not.toContain('Rates are peak samples/s');
  });

  it('says the latencies at the same rate plainly', () => {
    expect(flat(text)).toContain(
      'p99 at the same rate, 900 queries/s: baseline 50 ms (47.5–52.5), candidate 100 ms (95–105), ' +
        '50% and 100% of the bound; ratio 0.500 (0.466–0.537), slower.',
    );
  });

  it('says the latencies of the runs with their intervals', () => {
    expect(flat(text)).toContain(
      'In the runs at the peaks, p99 61.25 (58–64.04) and 98 (95.5–101) ms of 100 ms allowed: ' +
        '61% and 98% of the bound; ratio 0.625 (0.587–0.658).',
    );
    expect(flat(text)).toContain(
      'Intervals of p99, within each run only and not between runs: order statistics',
    );
  });
});

describe('a pair whose rates were asked for', () => {
  it('has one line, and p99 with its interval', () => {
    const text = compareTable(requested);
    expect(text).not.toContain('same rate');
    expect(flat(text)).toContain(
      'p99 61 (58–64) and 100 (96–105) ms of 100 ms allowed: 61% and 100% of the bound; ratio 0.610 (0.569–0.650).',
    );
  });

  it('says why p99 has no interval', () => {
    const text = flat(compareTable(comparison([undefined, undefined], [{ ms: 61 }, { ms: 80 }])));
    expect(text).toContain(
      'p99 50 and 50 ms of 100 ms allowed: 50% and 50% of the bound. No interval of p99:',
    );
    expect(text).toContain(
      'No interval of p99: too few independent latencies lie above it in runs this short.',
    );
  });
});

describe('a pair that has no latency at the same rate', () => {
  const short = peakAt(1000, { curve: peakAt(1000).curve.slice(0, 3) });
  const none = comparison([short, peakAt(900)]);

  it('says why, in every form', () => {
    const why = 'the curve of bare reaches from 250 to 750 queries/s, and 900 lies beyond it';
    expect(flat(compareTable(none))).toContain(`No p99 at the same rate, 900 queries/s: ${why}.`);
    expect(compareTable(none)).not.toMatch(/^ +same rate/m);
    expect(rows(none)[0]).toMatchObject({ same_rate_qps: '900', same_rate_ratio: '', same_rate_note: why });
    expect(compareMarkdown(none)).not.toContain('both at');
  });
});

describe('Markdown', () => {
  it('has a row for each, with shares of the bound', () => {
    const text = compareMarkdown(peaks);
    expect(text).toContain(
      '| bert-99 | Server | 1000 | 900 | samples/s | 0.900 | 0.887–0.913 | 50% / 50% | slower |',
    );
    expect(text).toContain(
      '| bert-99 | Server, both at 900 queries/s | 50 | 100 | ms, p99 | 0.500 | 0.466–0.537 | 50% / 100% | slower |',
    );
  });
});

describe('CSV', () => {
  it('has peaks, the same rate and p99 as numbers, after the older columns', () => {
    const [row] = rows(peaks);
    expect(row).toMatchObject({
      figure: 'peak samples/s',
      interval_kind: 'own evidence',
      rates: 'highest rates',
      tail_percentile: '0.99',
      baseline_tail_ms: '61.25',
      baseline_tail_low_ms: '58',
      baseline_tail_high_ms: '64.04',
      candidate_tail_ms: '98',
      candidate_tail_low_ms: '95.5',
      candidate_tail_high_ms: '101',
      tail_interval_kind: 'within-run only',
      baseline_peak_qps: '1000',
      baseline_peak_low_qps: '990',
      baseline_peak_high_qps: '1010',
      candidate_peak_qps: '900',
      candidate_peak_low_qps: '891',
      candidate_peak_high_qps: '909',
      same_rate_qps: '900',
      same_rate_baseline_ms: '50',
      same_rate_baseline_low_ms: '47.5',
      same_rate_baseline_high_ms: '52.5',
      same_rate_candidate_ms: '100',
      same_rate_candidate_low_ms: '95',
      same_rate_candidate_high_ms: '105',
      same_rate_ratio: '0.5',
      same_rate_interval_kind: 'own evidence',
      same_rate_verdict: 'slower',
      same_rate_note: 'slower',
    });
    expect(Number(row!.tail_ratio)).toBeCloseTo(0.625, 10);
    expect(Number(row!.tail_ratio_low)).toBeCloseTo(0.587249, 5);
    expect(Number(row!.tail_ratio_high)).toBeCloseTo(0.658029, 5);
    expect(Number(row!.same_rate_ratio_low)).toBeCloseTo(0.466, 3);
    expect(Number(row!.same_rate_ratio_high)).toBeCloseTo(0.537, 3);
    const names = Object.keys(row!);
    expect(names.indexOf('tail_percentile')).toBe(names.indexOf('differences') + 1);
  });

  it('leaves the cells of peaks empty where there are none', () => {
    expect(rows(requested)[0]).toMatchObject({
      figure: 'completed samples/s',
      baseline_tail_ms: '61',
      baseline_peak_qps: '',
      same_rate_qps: '',
      same_rate_verdict: '',
      same_rate_note: '',
    });
  });
});
