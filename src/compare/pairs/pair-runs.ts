/** Which runs belong together: those of the same benchmark (its name includes the quality target) and scenario; repeats form one group. */
import type { Scenario } from '../../loadgen/settings/settings.js';
import type { ResultRun } from '../../results/types.js';
import type { SystemRuns, Unpaired } from '../types.js';
import { noPartner } from '../words.js';

export interface RunPair {
  readonly benchmark: string;
  readonly scenario: Scenario;
  readonly baseline: readonly ResultRun[];
  readonly candidate: readonly ResultRun[];
}

const scenarioOrder: Readonly<Record<Scenario, number>> = {
  Offline: 0,
  Server: 1,
  SingleStream: 2,
  MultiStream: 3,
};

/** Performance runs of both systems, paired in order of benchmark and scenario, and what has no partner. */
export function pairRuns(
  baseline: SystemRuns,
  candidate: SystemRuns,
): { pairs: RunPair[]; unpaired: Unpaired[] } {
  const sides = [grouped(baseline.runs), grouped(candidate.runs)] as const;
  const names = [baseline.name, candidate.name] as const;
  const pairs: RunPair[] = [];
  const unpaired: Unpaired[] = [];
  for (const key of [...new Set([...sides[0].keys(), ...sides[1].keys()])]) {
    const [a, b] = [sides[0].get(key), sides[1].get(key)];
    const { benchmark, scenario } = (a ?? b)![0]!;
    if (a && b) pairs.push({ benchmark, scenario, baseline: a, candidate: b });
    else {
      const [system, lacking] = a ? names : ([names[1], names[0]] as const);
      unpaired.push({ benchmark, scenario, system, ...noPartner(lacking) });
    }
  }
  return { pairs: pairs.sort(byName), unpaired: unpaired.sort(byName) };
}

function grouped(runs: readonly ResultRun[]): Map<string, ResultRun[]> {
  const groups = new Map<string, ResultRun[]>();
  for (const run of runs) {
    if (run.mode !== 'PerformanceOnly') continue;
    const key = `${run.benchmark}\n${run.scenario}`;
    const group = groups.get(key);
    if (group) group.push(run);
    else groups.set(key, [run]);
  }
  return groups;
}

/** When a run started, milliseconds since 1970, where it says a date. */
export function startOf({ startedAt }: ResultRun): number | undefined {
  if (startedAt === undefined) return undefined;
  const ms = Date.parse(startedAt);
  return Number.isNaN(ms) ? undefined : ms;
}

function byName(a: { benchmark: string; scenario: Scenario }, b: typeof a): number {
  if (a.benchmark !== b.benchmark) return a.benchmark < b.benchmark ? -1 : 1;
  return scenarioOrder[a.scenario] - scenarioOrder[b.scenario];
}
