/** Tables of plain text that fit a terminal of 80 columns. */
import { lineText } from '../../base/text/safe.js';

/** How words are highlighted; identity functions where there are no colours. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
  /** Pictures are drawn in ASCII, for a terminal that shows nothing else. */
  readonly ascii?: boolean;
}

const identity = (text: string) => text;

export const plainStyle: Style = {
  bold: identity,
  dim: identity,
  good: identity,
  warn: identity,
  bad: identity,
};

const WIDTH = 80;

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** The column may be narrowed to this width, cutting longer texts; absent: never. */
  readonly least?: number;
}

export interface Cell {
  readonly text: string;
  readonly style?: (text: string) => string;
}

/** The titles, then one line per row; if that is too wide, columns with a `least` are narrowed, the widest first. */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  style: Style,
  width = WIDTH,
): string[] {
  const widths = columns.map((column, i) =>
    Math.max(column.title.length, ...rows.map((row) => lengthOf(row[i]!.text))),
  );
  const gap = widths.reduce((sum, w) => sum + w, 0) + 2 * (widths.length - 1) <= width ? 2 : 1;
  shrink(columns, widths, width - gap * (widths.length - 1));
  const line = (cells: readonly Cell[]) =>
    cells
      .map((cell, i) => {
        const padded = pad(cell.text, widths[i]!, columns[i]!.align ?? 'left');
        return cell.style ? cell.style(padded) : padded;
      })
      .join(' '.repeat(gap))
      .trimEnd();
  return [line(columns.map((column) => ({ text: column.title, style: style.dim }))), ...rows.map(line)];
}

/** Text broken at words into lines of at most `width` columns, including the indent. */
export function wrapped(text: string, indent: number, width = WIDTH): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of lineText(text)
    .split(' ')
    .flatMap((w) => pieces(w, width - indent))) {
    if (line && lengthOf(line) + 1 + lengthOf(word) > width - indent) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  if (line) lines.push(line);
  return lines.map((each) => ' '.repeat(indent) + each);
}

function pieces(word: string, width: number): string[] {
  const all = [...word];
  const count = Math.max(1, Math.ceil(all.length / width));
  return Array.from({ length: count }, (_, i) => all.slice(i * width, (i + 1) * width).join(''));
}

function shrink(columns: readonly Column[], widths: number[], room: number): void {
  let over = widths.reduce((sum, w) => sum + w, 0) - room;
  while (over > 0) {
    let widest = -1;
    for (const [i, column] of columns.entries())
      if (
        column.least !== undefined &&
        widths[i]! > column.least &&
        (widest < 0 || widths[i]! > widths[widest]!)
      )
        widest = i;
    if (widest < 0) return;
    widths[widest]!--;
    over--;
  }
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const plain = [...lineText(text)];
  const fitted = plain.length > width ? [...plain.slice(0, width - 1), '…'] : plain;
  const space = ' '.repeat(width - fitted.length);
  return align === 'right' ? space + fitted.join('') : fitted.join('') + space;
}

function lengthOf(text: string): number {
  return [...lineText(text)].length;
}
