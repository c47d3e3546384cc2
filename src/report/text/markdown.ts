/** Markdown tables whose cells may hold any text. */
import { markdownText } from '../../base/text/safe.js';

/** A table; every cell is escaped. `right` names the columns that hold numbers. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const rule = header.map((_, i) => (right.includes(i) ? '--:' : '---'));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header.map(markdownText)), line(rule), ...rows.map((row) => line(row.map(markdownText)))].join(
    '\n',
  );
}
