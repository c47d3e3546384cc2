/** CSV in which a spreadsheet finds no formula to run. */
import { stringify } from 'csv-stringify/sync';

/** A header and rows; undefined becomes an empty cell. */
export function csv(
  header: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string {
  return stringify([header, ...rows] as (string | number | undefined)[][], { escape_formulas: true });
}
