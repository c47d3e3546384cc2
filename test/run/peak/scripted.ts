/** Runs whose search is a script of the test's own, on a pool in virtual time or on a real one. */
import { join } from 'node:path';
import { vi } from 'vitest';
import { WorkerPool } from '../../../src/engine/worker-pool.js';
import { buildPlan } from '../../../src/plan/build.js';
import type { Peak } from '../../../src/results/document/peak.js';
import type { RunDocument } from '../../../src/results/types.js';
import { runPlan } from '../../../src/run/index.js';
import type { RunEvent } from '../../../src/run/types.js';
import type { PeakFinding, ServedProbe } from '../../../src/search/peak/contract.js';
import { peakAt } from '../../helpers/peak.js';
import { virtualPool } from '../../helpers/virtual-pool.js';

type VirtualPool = ReturnType<typeof virtualPool>;

/** Pools are virtual from here on; `change` may spoil a phase, numbered from 1. */
export function inVirtualTime(
  change: (result: Awaited<ReturnType<VirtualPool['run']>>, phase: number) => typeof result = (result) =>
    result,
): void {
  vi.spyOn(WorkerPool, 'open').mockImplementation(async (config) => {
    let phases = 0;
    const usual = virtualPool(config);
    const run: VirtualPool['run'] = async (phase) => change(await usual.run(phase), ++phases);
    return { ...usual, run } as unknown as WorkerPool;
  });
}

/** What a search found that took no notice of its probes. */
export function findingOf(changes: Partial<Peak> = {}): PeakFinding {
  const { finals: _, ...finding } = peakAt(200, { probes: [], boundMs: 40, ...changes });
  return finding;
}

export interface Made {
  readonly document?: RunDocument;
  readonly events: readonly RunEvent[];
  /** The folder of the n-th run. */
  readonly folder: (n?: number) => string;
}

/** A search on one simulated instance that takes 4 ms for each query, then runs of a minute with a bound of 40 ms. */
export async function peakRun(
  out: string,
  options: Record<string, unknown> = {},
  { stop = new AbortController(), resume = false, onEvent = (_: RunEvent): unknown => undefined } = {},
): Promise<Made> {
  const plan = buildPlan({
    options: {
      ...{ model: 'bert-tiny', scenario: 'Server', mode: 'peak', system: 'box', out },
      ...{ backend: 'simulated', 'backend-option': ['fixedMs=4', 'perSampleMs=0'] },
      ...{ instances: 1, 'max-batch': 1, 'target-latency': '40ms', 'min-duration': '60s' },
      ...options,
    },
    folder: '/',
  });
  const events: RunEvent[] = [];
  const note = (event: RunEvent) => {
    events.push(event);
    onEvent(event);
  };
  const [document] = await runPlan(plan, { onEvent: note, signal: stop.signal, resume });
  const folder = (n = 1) => join(out, 'box', 'bert-tiny', 'Server', 'performance', `run_${n}`);
  return { document, events, folder };
}

/** The times of a probe, by which two are told apart. */
export function timesOf({ scheduledNs, completedNs }: ServedProbe) {
  return { scheduledNs: [...scheduledNs], completedNs: [...completedNs] };
}
