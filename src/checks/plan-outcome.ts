/** Whether everything that a plan asked for holds, from the documents of its runs. */
import type { BenchmarkPlan } from '../plan/types.js';
import type { RunDocument } from '../results/types.js';

/** `stopped`: fewer runs than planned; `target missed`: the accuracy, or the fidelity that was asked for. */
export type PlanOutcome = 'holds' | 'stopped' | 'not VALID' | 'target missed';

export function planOutcome(
  { runs }: Pick<BenchmarkPlan, 'runs'>,
  documents: readonly RunDocument[],
): PlanOutcome {
  if (documents.some(({ outcome }) => outcome.kind !== 'valid')) return 'not VALID';
  if (documents.length < runs.length) return 'stopped';
  const missed = documents.some(
    ({ accuracy, fidelity }) => accuracy?.met === false || fidelity?.met === false,
  );
  return missed ? 'target missed' : 'holds';
}
