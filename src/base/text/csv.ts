/** CSV in which a spreadsheet finds no formula to run. */
import { stringify } from 'csv-stringify/sync';
import { csvCell } from './safe.js';

type Cell = string | number | undefined;

/** A header and rows; undefined and what is no finite number, which stand for no value, become empty cells. */
export function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const safe = (cell: Cell) => {
    if (typeof cell === 'string') return csvCell(cell);
    return Number.isFinite(cell) ? cell : undefined;
  };
  return stringify([[...header], ...rows.map((row) => row.map(safe))]);
}
