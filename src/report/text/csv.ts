/** CSV that a spreadsheet opens without running anything in it. */
import { stringify } from 'csv-stringify/sync';

/** A header and rows; undefined becomes an empty cell. */
export function csv(
  header: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string {
  return stringify([header, ...rows] as (string | number | undefined)[][], { escape_formulas: true });
}
