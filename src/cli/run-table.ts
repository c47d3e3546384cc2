/** The table of results that ends a run. */
import type { RunDocument } from '../results/types.js';
import { significant } from './progress-line.js';
import { textTable } from './text-table.js';

export function runTable(documents: readonly RunDocument[]): string {
  const rows = documents.map(({ benchmark, scenario, result, outcome }) => [
    benchmark,
    scenario,
    `${significant(result.value)} ${result.unit}`,
    significant(result.latencyMs.p99),
    result.boundMs === undefined ? '–' : significant(result.boundMs),
    `${significant(result.minDurationS)} s`,
    outcome.kind === 'aborted' ? 'aborted' : outcome.kind.toUpperCase(),
  ]);
  return textTable(['benchmark', 'scenario', 'result', 'p99 ms', 'bound', 'least', 'verdict'], rows);
}
