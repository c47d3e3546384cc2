/** The probes of a search and the runs of full length after it, as tables that HTML and Markdown share. */
import { percentileName } from '../../compare/server-words.js';
import { burstQps, type Peak } from '../../results/document/peak.js';
import { figure } from '../text/numbers.js';

export interface PeakTable {
  readonly caption: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns that hold numbers. */
  readonly numbers: readonly number[];
}

/** Those that have a row. */
export function peakTables(peak: Peak): PeakTable[] {
  return [probesTable(peak), finalsTable(peak)].filter(({ rows }) => rows.length > 0);
}

function probesTable(peak: Peak): PeakTable {
  return {
    caption: 'Probes, in their order',
    header: [
      ...[
        'probe',
        'queries/s',
        'length (s)',
        'queries',
        'p50 (ms)',
        `${percentileName(peak.percentile)} (ms)`,
      ],
      ...['over the bound', 'verdict', 'ended'],
    ],
    rows: peak.probes.map((probe, i) => [
      String(i + 1),
      probe.targetQps >= burstQps ? 'all at once' : figure(probe.targetQps),
      ...[probe.durationS, probe.queries, probe.p50Ms, probe.tailMs].map(figure),
      Number.isFinite(probe.shareOver) ? `${figure(100 * probe.shareOver)}%` : '–',
      probe.verdict,
      probe.ended,
    ]),
    numbers: [1, 2, 3, 4, 5, 6],
  };
}

/** Each step down, with the reason. */
function finalsTable(peak: Peak): PeakTable {
  return {
    caption:
      peak.finals.length === 1
        ? 'The run of full length'
        : 'Runs of full length, each at a lower rate than the one before',
    header: ['run', 'queries/s', `${percentileName(peak.percentile)} (ms)`, 'outcome', 'reasons'],
    rows: peak.finals.map(({ targetQps, tailMs, outcome, reasons }, i) => [
      String(i + 1),
      figure(targetQps),
      figure(tailMs),
      outcome.toUpperCase(),
      reasons.join(' '),
    ]),
    numbers: [1, 2],
  };
}
