/** The peak of a system in virtual time, and of the systems that it could be: the search of `baremark peak`, without waiting. */
import type { PeakFinding, PeakHooks, PeakSettings } from '../peak/contract.js';
import { searchPeak } from '../peak/search.js';
import type { VirtualSystem } from './system.js';
import { virtualTarget } from './target.js';

export interface SimulateOptions {
  /** See `PeakSettings`; default 0.02. */
  readonly precision?: number;
  /** Simulated seconds at most; default by the rules of the system. */
  readonly budgetS?: number;
  /** A whole number; default 1. */
  readonly seed?: number;
}

/** Length of a run and time for a search, simulated seconds. */
const rules = {
  quick: { minDurationS: 10, budgetS: 400 },
  mlperf: { minDurationS: 600, budgetS: 1800 },
} as const;

/** Searches the highest rate that holds. The same system, options and seed give the same finding. */
export function simulatePeak(
  system: VirtualSystem,
  { precision = 0.02, budgetS, seed = 1 }: SimulateOptions = {},
  hooks: PeakHooks = {},
): Promise<PeakFinding> {
  const usual = rules[system.rules];
  const settings: PeakSettings = { precision, ...usual, budgetS: budgetS ?? usual.budgetS };
  return searchPeak(virtualTarget(system, seed), settings, hooks);
}

export interface WhatIf {
  /** How it differs, as in `with a full share`. */
  readonly what: string;
  readonly system: VirtualSystem;
}

/** The same system without what takes of its device, and with one instance more. */
export function whatIfs(system: VirtualSystem): readonly WhatIf[] {
  const { device, instances } = system;
  const without = (what: string, absent: 'slice' | 'stalls' | 'drift') =>
    device[absent] ? [{ what, system: { ...system, device: { ...device, [absent]: undefined } } }] : [];
  return [
    ...without('with a full share', 'slice'),
    ...without('without stalls', 'stalls'),
    { what: `with ${instances + 1} instances`, system: { ...system, instances: instances + 1 } },
  ];
}

/** What a search found, as `baremark simulate --json` prints it. A rate is 0 where none holds, and null where it is not known. */
export function simulationJson({ name }: VirtualSystem, finding: PeakFinding) {
  const { qps, lowQps, highQps, searchS, probes, kind, ended, boundMs, percentile, lone } = finding;
  return {
    ...{ name, kind, ended, boundMs, percentile },
    peak: { qps, low: lowQps, high: highQps },
    simulatedSeconds: searchS,
    ...{ lone, probes },
  };
}
