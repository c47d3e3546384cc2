/** The committed report of mutation testing: one row a room, each with the date and the versions it was measured with. */
import type { Stryker } from '@stryker-mutator/core';

type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

export interface RoomScore {
  readonly room: string;
  /** Changes that were tried; those marked as equivalent in the source do not count. */
  readonly mutants: number;
  /** Changes for which a test failed or did not end. */
  readonly noticed: number;
  /** Changes in places that no test runs. */
  readonly uncovered: number;
  /** Changes marked as equivalent. */
  readonly equivalent: number;
}

export interface ReportRow extends RoomScore {
  /** ISO day. */
  readonly date: string;
  readonly versions: string;
}

export function scoreOf(room: string, results: readonly Pick<MutantResult, 'status'>[]): RoomScore {
  const count = (...statuses: readonly MutantResult['status'][]) =>
    results.filter(({ status }) => statuses.includes(status)).length;
  return {
    room,
    mutants: count('Killed', 'Timeout', 'Survived', 'NoCoverage'),
    noticed: count('Killed', 'Timeout'),
    uncovered: count('NoCoverage'),
    equivalent: count('Ignored'),
  };
}

const head = `# Mutation testing

\`npm run mutation\` wrote this. A mutant is one small change of the source, such as \`<\` for \`<=\`; it is noticed where a
test fails or does not end, else it survives. Equivalent are changes that no input can tell from the original; each is
marked in the source with the reason, and does not count. No other mutant is left out, and each room counts only the tests
that \`rooms.ts\` names for it.

| room | mutants | noticed | share | survivors | of these, not run by a test | equivalent | date | with |
|---|---|---|---|---|---|---|---|---|
`;

/** The whole report, rooms in this order; of several rows for one room the last counts. */
export function reportText(rows: readonly ReportRow[], order: readonly string[]): string {
  const lines = order.flatMap((room) => {
    const row = rows.findLast((one) => one.room === room);
    if (!row) return [];
    const share = `${((100 * row.noticed) / row.mutants).toFixed(1)}%`;
    const { mutants, noticed, uncovered, equivalent, date, versions } = row;
    const survivors = mutants - noticed;
    return [
      `| ${[room, mutants, noticed, share, survivors, uncovered, equivalent, date, versions].join(' | ')} |\n`,
    ];
  });
  return head + lines.join('');
}

/** The rows of a report written before. */
export function parseReport(text: string): ReportRow[] {
  return text.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, room = '', mutants, noticed, , , uncovered, equivalent, date = '', versions = ''] = cells;
    if (!/^\d+$/.test(mutants ?? '')) return [];
    const counts = { mutants: Number(mutants), noticed: Number(noticed), uncovered: Number(uncovered) };
    return [{ room, ...counts, equivalent: Number(equivalent), date, versions }];
  });
}
