/** How near a search came to the truth, one by one and over all systems. */
import { andList } from '../../../src/base/suggest.js';
import { figure } from '../../../src/report/text/numbers.js';
import type { Found } from './searches.js';
import type { KnownSystem } from './systems.js';

export interface Judged {
  readonly system: KnownSystem;
  readonly found: Found;
  /** Relative to the truth; 0 where both say that no rate holds, infinite where one does. */
  readonly error: number;
  readonly near: boolean;
  /** Absent where there is no interval, or no rate holds. */
  readonly inside?: boolean;
}

/** A peak passes where it is this near to the truth. */
const nearEnough = 0.02;
const rounding = 1e-12;

export function judged(system: KnownSystem, found: Found): Judged {
  const { truth } = system;
  const { qps, lowQps, highQps } = found;
  const error = truth > 0 ? qps / truth - 1 : qps === 0 ? 0 : Number.POSITIVE_INFINITY;
  const inside = truth > 0 && Number.isFinite(lowQps) ? lowQps <= truth && truth <= highQps : undefined;
  return { system, found, error, near: Math.abs(error) <= nearEnough + rounding, inside };
}

export function judgedLine({ system, found, error, near, inside }: Judged): string {
  const { qps, lowQps, highQps, simulatedS } = found;
  const off = Number.isFinite(error) ? `${error > 0 ? '+' : ''}${(100 * error).toFixed(2)}%` : '–';
  return [
    near ? 'ok    ' : 'FAILED',
    system.name,
    `peak ${figure(qps)}`,
    `[${figure(lowQps)}, ${figure(highQps)}]`,
    `truth ${figure(system.truth)}`,
    off,
    inside === undefined ? '' : inside ? 'inside' : 'outside',
    `${Math.round(simulatedS)} s`,
  ]
    .filter((part) => part !== '')
    .join('  ');
}

export function summaryLines(all: readonly Judged[]): string[] {
  const { near, inside, intervals } = totals(all);
  const times = (['quick', 'mlperf'] as const).flatMap((rules) => {
    const ours = all.filter(({ system }) => system.rules === rules);
    return ours.length > 0 ? [`${medianS(ours)} s by ${rules} rules (${ours.length} systems)`] : [];
  });
  return [
    `within ${percent(nearEnough)} of the truth: ${near} of ${all.length} (${percent(near / all.length)})`,
    `intervals that contain the truth: ${inside} of ${intervals} (${percent(inside / intervals)})`,
    `simulated time, median: ${andList(times)}`,
  ];
}

/** A row of the table of searches, for each of the rules. */
export function tableRow(name: string, all: readonly Judged[]): string {
  const { near, inside, intervals } = totals(all);
  const times = (['quick', 'mlperf'] as const).map((rules) =>
    medianS(all.filter(({ system }) => system.rules === rules)),
  );
  const covered = intervals > 0 ? percent(inside / intervals) : 'none stated';
  return `| ${name} | ${times.join(' s | ')} s | ${percent(near / all.length)} | ${covered} |`;
}

export const tableHead = [
  '| search | time, quick rules | time, MLPerf rules | within 2% | intervals that contain the truth |',
  '|---|---|---|---|---|',
];

function totals(all: readonly Judged[]) {
  const withInterval = all.filter(({ inside }) => inside !== undefined);
  return {
    near: all.filter(({ near }) => near).length,
    inside: withInterval.filter(({ inside }) => inside).length,
    intervals: withInterval.length,
  };
}

function medianS(all: readonly Judged[]): string {
  const times = all.map(({ found }) => found.simulatedS).sort((a, b) => a - b);
  return times.length > 0 ? String(Math.round(times[Math.floor((times.length - 1) / 2)]!)) : '–';
}

const percent = (share: number) => (Number.isFinite(share) ? `${figure(+(100 * share).toFixed(1))}%` : '–');
