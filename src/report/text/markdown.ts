/** Markdown tables whose cells may hold any text. */

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

/** Text that Markdown shows literally: no markup, no HTML, no link, no line break. */
export function markdownText(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]|~#]/g, '\\$&');
}
