/** Why there is no run at the peak, in one sentence. */
import { percentileName } from '../../compare/server-words.js';
import type { PeakFinding, ProbeRequest } from '../../search/peak/contract.js';

/** @param request of the probe that the run's document is of */
export function whyNoPeak(
  { kind, ended, lone, boundMs, percentile, budgetS }: Omit<PeakFinding, 'curve' | 'probes'>,
  { number, targetQps }: ProbeRequest,
): string {
  if (kind === 'none holds')
    return `No rate holds the latency bound: a query alone takes ${digits(lone.tailMs)} ms at ${percentileName(percentile)}, ${digits(lone.tailMs / boundMs)} times the bound of ${digits(boundMs)} ms.`;
  if (ended === 'budget')
    return `No rate that holds the latency bound was found within the ${digits(budgetS)} s of the search; give it longer with --budget.`;
  return `The search for the peak ended with a fault in its probe ${number + 1}, at ${digits(targetQps)} queries/s.`;
}

function digits(value: number): number {
  return +value.toPrecision(4);
}
