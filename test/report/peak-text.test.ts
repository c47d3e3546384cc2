/** The terminal's picture of a peak: where its marks stand follows from the axes that it prints itself. */
import { describe, expect, it } from 'vitest';
import type { PeaksOf } from '../../src/report/peak/systems.js';
import { peakCurveLines } from '../../src/report/text/peak-curve.js';
import { plainStyle } from '../../src/report/text/text-table.js';
import type { Peak } from '../../src/results/document/peak.js';
import { peakAt } from '../helpers/peak.js';
import { nasty } from './sample-comparison.js';

const one = (changes: Partial<Peak> = {}) => peakCurveLines([{ name: 'vm', peaks: [peakAt(1000, changes)] }]);
const two = (baseline: Peak, candidate: Peak, ascii = false) =>
  peakCurveLines(
    [
      { name: 'bare', peaks: [baseline] },
      { name: 'vm', peaks: [candidate] },
    ],
    { ...plainStyle, ascii },
  );

/** The row that is labelled with this latency. */
function rowOf(lines: readonly string[], label: string): string {
  return lines.find((line) => new RegExp(`^ *${label} [┤+]`).test(line))!;
}

/** The column of a rate, as the labels below the axis say: 0 stands under the first column, the last label under its tick. */
function columnOf(lines: readonly string[], qps: number): number {
  const axis = lines.findIndex((line) => line.includes('└'));
  const zero = lines[axis]!.indexOf('└') + 1;
  const last = lines[axis]!.lastIndexOf('┬');
  const lastQps = Number(lines[axis + 1]!.trim().split(/ +/).at(-1));
  return zero + (qps / lastQps) * (last - zero);
}

const columnsOf = (row: string, mark: string) => [...row].flatMap((found, i) => (found === mark ? [i] : []));

describe('the terminal’s curve of one system', () => {
  const lines = one();

  it('fits a terminal', () => {
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(78);
    expect(lines).toHaveLength(17);
    expect(one({ boundMs: 0.0123, qps: 123456.7 }).every((line) => [...line].length <= 78)).toBe(true);
  });

  it('has the bound on its label, and the peak on it at its rate within its interval', () => {
    const bound = rowOf(lines, '100');
    expect(bound).toContain('╌╌╌╌');
    const [peak] = columnsOf(bound, '◆');
    expect(Math.abs(peak! - columnOf(lines, 1000))).toBeLessThanOrEqual(1);
    const wide = one({ lowQps: 800, highQps: 1100 });
    const interval = columnsOf(rowOf(wide, '100'), '═');
    expect(Math.abs(interval[0]! - columnOf(wide, 800))).toBeLessThanOrEqual(1);
    expect(Math.abs(interval.at(-1)! - columnOf(wide, 1100))).toBeLessThanOrEqual(1);
    expect(lines.join('\n')).toContain('bound: 99% within 100 ms');
    expect(lines.at(-1)).toBe('● p99  • p50  ◆ peak 1000 queries/s, 95% interval 990 to 1010');
  });

  it('draws both percentiles at their latencies', () => {
    // 50 ms at 900 queries/s; p50 is a quarter of that, and reaches 50 ms only beyond the peak.
    const half = rowOf(lines, '50');
    const tail = columnsOf(half, '●');
    expect(tail[0]!).toBeLessThanOrEqual(columnOf(lines, 900));
    expect(tail.at(-1)!).toBeGreaterThanOrEqual(columnOf(lines, 900) - 1);
    expect(Math.min(...columnsOf(half, '•'))).toBeGreaterThan(columnOf(lines, 1000));
    // 150 ms is halfway on the way from 100 ms at 1000 to 200 ms at about 1042 queries/s.
    const [steep] = columnsOf(rowOf(lines, '150'), '●');
    expect(Math.abs(steep! - columnOf(lines, 1021))).toBeLessThanOrEqual(1.5);
  });

  it('ends lower where no curve goes higher', () => {
    const [, , ...ends] = peakAt(1000).curve.toReversed();
    const low = one({ curve: [...ends.toReversed(), { ...ends[0]!, qps: 1050, tailMs: 149 }] });
    expect(low[1]).toMatch(/^150 ┤/);
    expect(rowOf(low, '100')).toContain('◆');
    expect(rowOf(low, '50')).toContain('●');
  });

  it('leaves no gap where the curve is steep', () => {
    const cliff = [8, 8, 8, 900].map((tailMs, i) => ({
      ...peakAt(1000).curve[0]!,
      tailMs,
      qps: [250, 500, 1000, 1001][i]!,
    }));
    const rows = one({ curve: cliff }).slice(1, 13);
    for (const row of rows.filter((_, i) => i !== 6)) expect(row).toContain('●');
  });

  it('shows what is between two columns', () => {
    const spike = [10, 10, 160, 10, 10].map((tailMs, i) => ({
      ...peakAt(1000).curve[0]!,
      tailMs,
      qps: [250, 500, 500.1, 500.2, 1000][i]!,
    }));
    const [column] = columnsOf(rowOf(one({ curve: spike }), '150'), '●');
    expect(Math.abs(column! - columnOf(lines, 500))).toBeLessThanOrEqual(1);
  });

  it('has round rates below its axis', () => {
    const labels = (qps: number) =>
      peakCurveLines([{ name: 'vm', peaks: [peakAt(qps)] }])[15]!
        .trim()
        .split(/ +/);
    expect(labels(1000)).toEqual(['0', '200', '400', '600', '800', '1000']);
    expect(labels(0.45)).toEqual(['0', '0.1', '0.2', '0.3', '0.4', '0.5']);
    expect(labels(35_000)).toEqual(['0', '5000', '10000', '15000', '20000', '25000', '30000', '35000']);
  });

  it('names the percentile that is bounded', () => {
    const text = one({ percentile: 0.999 }).join('\n');
    expect(text).toContain('● p99.9');
    expect(text).toContain('bound: 99.9% within 100 ms');
  });
});

describe('the terminal’s curves of two systems', () => {
  it('tells them apart, with the bound once and both peaks', () => {
    const lines = two(peakAt(1000), peakAt(900));
    const bound = rowOf(lines, '100');
    const at = (mark: string) => columnsOf(bound, mark)[0]!;
    expect(Math.abs(at('◇') - columnOf(lines, 1000))).toBeLessThanOrEqual(1);
    expect(Math.abs(at('◆') - columnOf(lines, 900))).toBeLessThanOrEqual(1);
    expect(lines.join('\n').match(/bound:/g)).toHaveLength(1);
    expect(lines.slice(-2)).toEqual([
      'bare  ○ p99  ◦ p50  ◇ peak 1000 queries/s, 95% interval 990 to 1010',
      'vm    ● p99  • p50  ◆ peak 900 queries/s, 95% interval 891 to 909',
    ]);
  });

  it('shows where they are equal', () => {
    const lines = two(peakAt(1000), peakAt(1000));
    expect(lines.slice(1, 14).join('')).toContain('◉');
    expect(lines.slice(1, 14).join('')).not.toMatch(/[○●]/);
  });

  it('draws both bounds where they differ', () => {
    const lines = two(peakAt(1000, { boundMs: 50 }), peakAt(900));
    expect(lines.join('\n').match(/bound: 99% within (50|100) ms/g)).toHaveLength(2);
    expect(rowOf(lines, '50')).toContain('╌');
    expect(rowOf(lines, '100')).toContain('╌');
  });

  it('draws the middle one of several runs, and says so', () => {
    const lines = peakCurveLines([
      { name: 'bare', peaks: [peakAt(1010), peakAt(980), peakAt(1000)] },
      { name: 'vm', peaks: [peakAt(900)] },
    ]);
    expect(lines.slice(-4)).toEqual([
      'bare  ○ p99  ◦ p50',
      '  ◇ peak 1000 queries/s, 95% interval 990 to 1010, middle of 3 runs',
      'vm    ● p99  • p50',
      '  ◆ peak 900 queries/s, 95% interval 891 to 909',
    ]);
  });

  it('calls systems of one name by their sides', () => {
    const same = (qps: number): PeaksOf => ({ name: 'box', peaks: [peakAt(qps)] });
    const lines = peakCurveLines([same(1000), same(900)]);
    expect(lines.at(-2)).toMatch(/^baseline {3}○/);
    expect(lines.at(-1)).toMatch(/^candidate {2}●/);
  });

  it('keeps to ASCII where it is asked to, at the same places', () => {
    const [plain, fancy] = [true, false].map((ascii) => two(peakAt(1000), peakAt(900), ascii));
    expect(plain!.join('')).toMatch(/^[\x20-\x7e]*$/);
    expect(plain!.map((line) => line.replace(/\S/g, 'x'))).toEqual(
      fancy!.map((line) => line.replace(/\S/g, 'x')),
    );
  });

  it('sets words off by the functions it is given, without moving a column', () => {
    const mark = (text: string) => `\u0001${text}\u0002`;
    const systems: PeaksOf[] = [
      { name: 'bare', peaks: [peakAt(1000)] },
      { name: 'vm', peaks: [peakAt(900)] },
    ];
    const styled = peakCurveLines(systems, { bold: mark, dim: mark, good: mark, warn: mark, bad: mark });
    expect(styled.join('')).toContain('\u0001');
    expect(styled.map((line) => line.replace(/[\u0001\u0002]/g, ''))).toEqual(peakCurveLines(systems));
  });

  it('keeps to its width and to printable characters with any name', () => {
    const systems = [nasty, 'x'.repeat(300)].map((name): PeaksOf => ({ name, peaks: [peakAt(12345.6)] }));
    const lines = peakCurveLines(systems);
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(78);
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f]/);
  });
});

describe('without a curve', () => {
  const none: Partial<Peak> = {
    kind: 'none holds',
    qps: 0,
    lowQps: 0,
    highQps: 0,
    lone: { p50Ms: 90, tailMs: 150 },
  };
  const unknown: Partial<Peak> = {
    kind: 'not found',
    qps: Number.NaN,
    lowQps: Number.NaN,
    highQps: Number.NaN,
  };
  it.each<[string, Partial<Peak>, string]>([
    [
      'no rate holds',
      none,
      'No rate holds: a query alone takes 150 ms at p99, 1.5 times the bound of 100 ms.',
    ],
    [
      'the search was stopped',
      { ...unknown, ended: 'stopped' },
      'No peak was found: the search was stopped before it knew a rate.',
    ],
    [
      'its time was up',
      { ...unknown, ended: 'budget' },
      'No peak was found: the time of the search (15 min) was up before it knew a rate.',
    ],
    [
      'the curve is empty',
      { curve: [] },
      'Peak 1000 queries/s, 95% interval 990 to 1010; 99% of latencies within 100 ms.',
    ],
    [
      'the curve has no latency',
      { curve: peakAt(1000).curve.map((point) => ({ ...point, tailMs: Number.NaN })), ended: 'budget' },
      'Peak 1000 queries/s, 95% interval 990 to 1010; 99% of latencies within 100 ms. The time of the search (15 min) was up before the interval was as narrow as ±2%.',
    ],
  ])('it is a sentence: %s', (_, changes, sentence) => {
    expect(one(changes).join(' ')).toBe(sentence);
    const pair = two(peakAt(900), peakAt(1000, changes));
    expect(pair[0]).toContain('latency (ms)');
    expect(pair.slice(17).join(' ')).toBe(`vm: ${sentence}`);
  });

  it('leaves out what is not known of a peak', () => {
    const lines = one({ lowQps: Number.NaN, highQps: Number.NaN });
    expect(lines.at(-1)).toBe('● p99  • p50  ◆ peak 1000 queries/s');
    const noP50 = one({ curve: peakAt(1000).curve.map((point) => ({ ...point, p50Ms: Number.NaN })) });
    expect(noP50.slice(1, 14).join('')).not.toContain('•');
    expect(noP50.slice(1, 14).join('')).toContain('●');
  });
});
