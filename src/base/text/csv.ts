/** CSV in which a spreadsheet finds no formula to run. */
import { stringify } from 'csv-stringify/sync';
import { csvCell } from './safe.js';

type Cell = string | number | undefined;

/** A header and rows; undefined becomes an empty cell. */
export function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const safe = (cell: Cell) => (typeof cell === 'string' ? csvCell(cell) : cell);
  return stringify([[...header], ...rows.map((row) => row.map(safe))]);
}
