/** Differences in the reports: all of them in the files; in the terminal the worst, and how many it leaves out. */
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../src/compare/compare-systems.js';
import type { Comparison } from '../../src/compare/types.js';
import { compareCsv } from '../../src/report/compare/csv.js';
import { compareMarkdown } from '../../src/report/compare/markdown.js';
import { differencesSection } from '../../src/report/compare/systems.js';
import { compareTable } from '../../src/report/compare/table.js';
import type { ResultRun, RunDocument } from '../../src/results/types.js';
import { ourRun, publishedRun, repeatsOf } from '../compare/make-run.js';

type Sut = RunDocument['sut'];
const withSut = (run: ResultRun, sut: Partial<Sut>): ResultRun => ({
  ...run,
  document: { ...run.document!, sut: { ...run.document!.sut, ...sut } },
});

function compared(baseline: readonly ResultRun[], candidate: readonly ResultRun[]): Comparison {
  return compareSystems({ name: 'bare', runs: baseline }, [{ name: 'vm', runs: candidate }], {
    marginPercent: 5,
  });
}

const flat = (text: string) => text.replace(/\s+/g, ' ');

/** How often the rows of the terminal's table begin with a severity. */
const rowsIn = (text: string) =>
  text.split('\n').filter((line) => /^(must match|confounds|expected) /.test(line));

describe('run settings that differ', () => {
  const threads = compared(
    [withSut(ourRun(), { options: { intraOpNumThreads: 1 } })],
    [withSut(ourRun(), { options: { intraOpNumThreads: 4 } })],
  );

  it('are in the terminal’s table', () => {
    const text = compareTable(threads);
    expect(rowsIn(text)).toEqual([expect.stringMatching(/^confounds +backend option intraOp\S* +1 +4$/)]);
    expect(text).not.toContain('No difference');
    expect(text).not.toMatch(/more difference/);
  });

  it('are in every file', () => {
    expect(compareMarkdown(threads)).toMatch(
      /\| confounds \| backend option intraOpNumThreads \| 1 \| 4 \| tuning/,
    );
    expect(differencesSection(threads.candidates[0]!).text).toContain('backend option intraOpNumThreads');
    const [row] = parse(compareCsv(threads), { columns: true }) as Record<string, string>[];
    expect(row!.confounds).toBe('backend option intraOpNumThreads');
    expect(row!.differences).toBe('confounds: backend option intraOpNumThreads: 1 → 4');
  });

  it('say which pairs they are of, where it is not all of them', () => {
    const more = compared(
      [withSut(ourRun(), { instances: 2 }), ourRun({ scenario: 'Server' })],
      [ourRun(), ourRun({ scenario: 'Server' })],
    );
    expect(compareTable(more)).toMatch(/^confounds +instances \(bert-99 Offline\) +2 +1$/m);
    expect(compareMarkdown(more)).toContain(
      'tuning: the best value may differ between the systems (bert-99 Offline)',
    );
  });
});

describe('more differences than a screen holds', () => {
  const options = (value: number): Sut['options'] =>
    Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`option${i + 1}`, value]));
  const many = compared(
    [withSut(ourRun(), { options: options(1), precision: 'fp16' })],
    [withSut(ourRun(), { options: options(2), precision: 'fp32' })],
  );

  it('are counted where the terminal leaves them out, the worst shown first', () => {
    const text = compareTable(many);
    expect(rowsIn(text)).toHaveLength(16);
    expect(rowsIn(text)[0]).toMatch(/^must match +precision +fp16 +fp32$/);
    // 21 differ, and 16 are shown.
    expect(text).toContain('and 5 more differences (5 confounds): see --html, --md or --csv');
  });

  it('are all in the files', () => {
    const [row] = parse(compareCsv(many), { columns: true }) as Record<string, string>[];
    const files = [compareMarkdown(many), differencesSection(many.candidates[0]!).text, row!.differences!];
    for (const text of files)
      for (let i = 1; i <= 20; i++) expect(text).toMatch(new RegExp(`backend option option${i}\\b`));
  });
});

describe('what could not be checked', () => {
  const published = compared([publishedRun()], [publishedRun()]);

  it('is counted in the terminal, and named in the files', () => {
    const text = flat(compareTable(published));
    expect(text).toContain('No difference between the systems or their runs is known.');
    expect(text).toContain('4 fields that must match could not be checked: see --html, --md or --csv');
    const named = ['model file (SHA-256)', 'model weights', 'data set (hash)', 'precision'];
    const [row] = parse(compareCsv(published), { columns: true }) as Record<string, string>[];
    expect(row!.not_checked!.split('; ').sort()).toEqual([...named].sort());
    expect(row!.must_match).toBe('');
    for (const name of named) {
      expect(compareMarkdown(published)).toContain(name);
      expect(differencesSection(published.candidates[0]!).text).toContain(name);
    }
  });
});

describe('unlike runs under one name', () => {
  const rates = [1000, 1001, 999];
  const mixed = repeatsOf(rates, 'bare').map((run) =>
    run.runNumber === 3 ? withSut(run, { precision: 'fp32' }) : run,
  );
  const comparison = compared(mixed, repeatsOf(rates, 'vm', 10));

  it('are named by run in the terminal and in the files', () => {
    const which = 'fp16 (runs 1–2), fp32 (run 3)';
    const text = flat(compareTable(comparison));
    expect(text).toContain(`Unlike runs under one name, precision: baseline ${which}.`);
    expect(text).toContain(
      'Not comparable: precision (among the runs of the baseline) must match but differs.',
    );
    expect(compareMarkdown(comparison)).toContain(which);
    expect(differencesSection(comparison.candidates[0]!).text).toContain(which);
    const [row] = parse(compareCsv(comparison), { columns: true }) as Record<string, string>[];
    expect(row).toMatchObject({ must_match: 'precision', verdict: 'not comparable' });
    expect(row!.differences).toContain(`must match: precision: ${which} → fp16`);
  });
});
