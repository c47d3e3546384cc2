/** Plain tables for a terminal, and the colours and characters of a stream. */
import pc from 'picocolors';
import { plainStyle, type Style, textTable } from '../report/text/text-table.js';
import { isAsciiOnly } from './output/character-set.js';

/** A table of at most 80 columns; the widest columns are cut where it would be wider. */
export function plainTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = titles.map((title) => ({ title, least: 9 }));
  const cells = rows.map((row) => row.map((text) => ({ text })));
  return textTable(columns, cells, plainStyle).join('\n');
}

/** Colours where the stream is a terminal and the user has not asked for none. */
export function styleOf(stream: { readonly isTTY?: boolean }): Style {
  const colours = pc.createColors(stream.isTTY === true && !process.env.NO_COLOR);
  return {
    bold: colours.bold,
    dim: colours.dim,
    good: colours.green,
    warn: colours.yellow,
    bad: colours.red,
    ascii: isAsciiOnly(process.env),
  };
}
