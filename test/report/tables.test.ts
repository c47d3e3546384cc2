import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { compareCsv } from '../../src/report/compare/csv.js';
import { compareMarkdown } from '../../src/report/compare/markdown.js';
import { compareTable } from '../../src/report/compare/table.js';
import { runsCsv } from '../../src/report/runs/csv.js';
import { runsMarkdown } from '../../src/report/runs/markdown.js';
import { runsTable, runTable } from '../../src/report/runs/run-table.js';
import { figure } from '../../src/report/text/numbers.js';
import { wrapped } from '../../src/report/text/text-table.js';
import { ourRun, publishedRun } from '../compare/make-run.js';
import { nasty, sampleComparison } from './sample-comparison.js';

const widest = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length));

describe('the terminal’s table', () => {
  const text = compareTable(sampleComparison());

  it('says what a pair is about in 80 columns', () => {
    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(text).toMatch(/bert-99 +Offline +1000.* 990.* 0\.990 .*equivalent/);
    expect(text).toMatch(/bert-99 +Server +2000 +1900 +0\.950 +– +not comparable/);
    expect(text.replace(/\s+/g, ' ')).toContain(
      'p99 107.5 and 107.5 ms of 130 ms allowed: 83% and 77% of the bound.',
    );
    expect(text.replace(/\s+/g, ' ')).toContain('Requested: 2000 and 1900 queries/s.');
    expect(text.replace(/\s+/g, ' ')).toContain(
      'Not compared: bert-tiny Offline of vm (bare has no performance run of it).',
    );
  });

  it('keeps to 80 columns and to printable characters with any name', () => {
    const hostile = compareTable(sampleComparison(nasty, 'x'.repeat(300)));
    expect(widest(hostile)).toBeLessThanOrEqual(80);
    expect(hostile).not.toContain('\u001b');
  });

  it('sets words off by the functions it is given, without moving a column', () => {
    const mark = (text: string) => `\u0001${text}\u0002`;
    const styled = compareTable(sampleComparison(), {
      bold: mark,
      dim: mark,
      good: mark,
      warn: mark,
      bad: mark,
    });
    const flat = styled.replace(/[\u0001\u0002]/g, '').replace(/ +$/gm, '');
    expect(styled).toContain('\u0001');
    expect(flat).toBe(text);
  });
});

describe('CSV', () => {
  it('has one row a pair with the figures as numbers', () => {
    const rows: Record<string, string>[] = parse(compareCsv(sampleComparison()), { columns: true });
    expect(rows.map((row) => [row.benchmark, row.scenario, row.verdict])).toEqual([
      ['bert-99', 'Offline', 'equivalent'],
      ['bert-99', 'Server', 'not comparable'],
    ]);
    expect(Number(rows[0]!.ratio)).toBeCloseTo(0.99, 5);
    expect(rows[1]).toMatchObject({
      ratio: '0.95',
      rates: 'requested rates',
      interval_kind: 'none',
      interval_low: '',
      baseline_bound_share: '0.83',
      candidate_bound_share: '0.77',
    });
  });

  it('keeps names with commas, quotes and line breaks whole, and lets no spreadsheet run them', () => {
    const rows: Record<string, string>[] = parse(compareCsv(sampleComparison(nasty, '+1')), {
      columns: true,
    });
    expect(rows).toHaveLength(2);
    expect(rows[0]!.baseline_system).toBe(`'${nasty}`);
    expect(rows[0]!.candidate_system).toBe(`'+1`);
  });
});

describe('Markdown', () => {
  it('shows the pairs', () => {
    const text = compareMarkdown(sampleComparison());
    expect(text).toContain('| bert-99 | Offline | 1000 | 990 | samples/s | 0.990 |');
    expect(text).toContain('83% / 77%');
  });

  it('turns no name into markup', () => {
    const text = compareMarkdown(sampleComparison(nasty, 'vm'));
    expect(text).not.toMatch(/<script|<img/);
    expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1);
  });
});

describe('the table of runs', () => {
  const runs = [
    ourRun({ system: 'vm', throughput: { value: 8465.57, unit: 'samples/s', figure: 'samples per second' } }),
    ourRun({
      system: 'vm',
      scenario: 'Server',
      outcome: { kind: 'invalid', reasons: ['Min duration not met.'] },
    }),
  ];

  it('names one system once, and under a run why it is not VALID', () => {
    const text = runTable(runs.map((run) => run.document!));
    expect(text).toMatch(/^system {2}vm\n\nbenchmark/);
    expect(text).toMatch(/bert-99 +Offline +8465\.6 samples\/s +– +VALID +600\/600 s/);
    expect(text).toMatch(/bert-99 +Server .*12 ms +INVALID .*\n {2}Min duration not met\./);
    expect(widest(text)).toBeLessThanOrEqual(80);
  });

  it('has a column for the system where there are several', () => {
    const documents = [{ ...runs[0]!.document!, system: 'x'.repeat(100) }, runs[1]!.document!];
    expect(widest(runTable(documents))).toBeLessThanOrEqual(80);
    expect(runTable(documents)).toMatch(/^system/);
  });

  it('says the same as Markdown and CSV', () => {
    const system = { name: 'vm', runs };
    expect(runsTable(system)).toContain('8465.6 samples/s');
    expect(runsMarkdown(system)).toContain('8465.6 samples/s');
    const rows: Record<string, string>[] = parse(runsCsv(system), { columns: true });
    expect(rows.map((row) => [row.result, row.validity, row.reasons])).toEqual([
      ['8465.57', 'VALID', ''],
      ['1000', 'INVALID', 'Min duration not met.'],
    ]);
  });
});

describe('repeats', () => {
  const value = (of: number) => ({ value: of, unit: 'samples/s', figure: 'samples per second' }) as const;
  const repeats = [1000, 1010, 990].map((of, i) =>
    ourRun({ system: 'vm', runNumber: i + 1, throughput: value(of) }),
  );
  const faulty = ourRun({
    system: 'vm',
    runNumber: 4,
    throughput: value(10),
    outcome: { kind: 'invalid', reasons: ['Min duration not met.'] },
  });

  it('are one row with their mean and how far they lie apart; what one run is not VALID for is named', () => {
    const text = runsTable({ name: 'vm', runs: [...repeats, faulty] });
    expect(text).toMatch(/bert-99 +Offline +1000 samples\/s +3 within 2% .*3 of 4 VALID/);
    expect(text).toContain('Run 4: Min duration not met.');
    expect(text.match(/bert-99/g)).toHaveLength(1);
    expect(widest(text)).toBeLessThanOrEqual(80);
    const markdown = runsMarkdown({ name: 'vm', runs: [...repeats, faulty] });
    expect(markdown).toContain('mean of 3 within 2%');
    expect(markdown.match(/\| bert-99/g)).toHaveLength(5);
  });

  it('leave an accuracy run on a row of its own, labelled', () => {
    const runs = [...repeats, ourRun({ system: 'vm', mode: 'AccuracyOnly' })];
    expect(runsTable({ name: 'vm', runs })).toContain('Offline, accuracy');
  });
});

describe('the CSV of a published run', () => {
  it('has the columns of our runs, and nothing in those that logs do not fill', () => {
    const latencyMs = { p50: 5, p90: 9, p95: 10, p97: 11, p99: 12, p999: 14.25, min: 1, max: 15, mean: 5.5 };
    const runs = [publishedRun({ runNumber: 2, latencyMs, queries: 1, samples: 24576 })];
    const [row] = parse(runsCsv({ name: 'bare', runs }), { columns: true }) as Record<string, string>[];
    expect(row).toMatchObject({
      result: '1000',
      unit: 'samples/s',
      validity: 'VALID',
      p99_9_ms: '14.25',
      samples: '24576',
      run: '2',
      run_folder: 'bare/bert-99/Offline/performance/run_2',
      figure: 'samples per second',
      hypervisor: '',
      backend: '',
    });
  });
});

describe('texts', () => {
  it.each([
    [8465.57, '8465.6'],
    [107.531, '107.5'],
    [0.0123456, '0.01235'],
    [130, '130'],
    [undefined, '–'],
    [Number.NaN, '–'],
  ])('%d is %s', (value, text) => expect(figure(value)).toBe(text));

  it('break at words, and within one that is longer than a line', () => {
    expect(wrapped('aa bb cc', 2, 7)).toEqual(['  aa bb', '  cc']);
    expect(wrapped('abcdefgh', 1, 4)).toEqual([' abc', ' def', ' gh']);
  });
});
