/** What a search keeps of each probe: the service time of every batch, the arrivals, and how many queries were late. */
import type { PeakTarget, ServedProbe } from './contract.js';

/** Service times of batches, in the order in which they were started. */
export interface Trace {
  /** Samples in the batch or, where lengths differ, its padded tokens. */
  readonly work: Int32Array;
  readonly serviceNs: Float64Array;
  readonly startedNs: Float64Array;
}

export interface ProbeEvidence {
  readonly targetQps: number;
  readonly scheduledNs: Float64Array;
  /** Queries over the bound, those included that were not completed. */
  readonly over: number;
  readonly trace: Trace;
  /** From the end of a batch to the start of the next one that was waiting for it. */
  readonly turnaroundNs: number;
  /** From the arrival of a query at an idle instance to the start of its batch. */
  readonly wakeNs: number;
}

export function evidenceOf(probe: ServedProbe, target: PeakTarget): ProbeEvidence {
  const { scheduledNs, completedNs, batches, targetQps } = probe;
  const { ns } = target.bound;
  let over = 0;
  for (let i = 0; i < scheduledNs.length; i++) if (!(completedNs[i]! - scheduledNs[i]! <= ns)) over++;
  const { sizes, lengths, startedNs } = batches;
  const serviceNs = batches.completedNs.map((completed, i) => completed - startedNs[i]!);
  const work = lengths ? sizes.map((size, i) => size * lengths[i]!) : sizes;
  return { targetQps, scheduledNs, over, trace: { work, serviceNs, startedNs }, ...gapsOf(probe, target) };
}

/** Medians over the batches of a probe; 0 where there are too few to tell. */
function gapsOf(
  { batches, scheduledNs }: ServedProbe,
  { instances }: PeakTarget,
): Pick<ProbeEvidence, 'turnaroundNs' | 'wakeNs'> {
  const { sizes, startedNs, completedNs, instance } = batches;
  const readyNs = new Float64Array(
    Math.max(instances, 1 + instance.reduce((a, b) => Math.max(a, b), 0)),
  ).fill(Number.NaN);
  const turnarounds: number[] = [];
  const wakes: number[] = [];
  // Queries are taken in about the order in which they arrive: the first of this batch is about this one.
  let first = 0;
  for (let i = 0; i < sizes.length && turnarounds.length + wakes.length < mostGaps; i++) {
    const arrivedNs = scheduledNs[first]!;
    const ready = readyNs[instance[i]!]!;
    if (ready >= arrivedNs) turnarounds.push(startedNs[i]! - ready);
    else if (ready < arrivedNs) wakes.push(startedNs[i]! - arrivedNs);
    readyNs[instance[i]!] = completedNs[i]!;
    first += sizes[i]!;
  }
  return { turnaroundNs: medianGap(turnarounds), wakeNs: medianGap(wakes) };
}

const mostGaps = 20_000;
const fewestGaps = 20;

function medianGap(gaps: number[]): number {
  if (gaps.length < fewestGaps) return 0;
  return Math.max(0, gaps.sort((a, b) => a - b)[gaps.length >> 1]!);
}

/** The batches of several traces as `count` contiguous sections of about equally many. */
export function sectionsOf(traces: readonly Trace[], count: number): readonly (readonly Trace[])[] {
  const total = traces.reduce((sum, { work }) => sum + work.length, 0);
  const sections: Trace[][] = Array.from({ length: count }, () => []);
  let before = 0;
  for (const trace of traces) {
    const { length } = trace.work;
    for (let g = 0; g < count; g++) {
      const from = Math.max(0, Math.round((total * g) / count) - before);
      const to = Math.min(length, Math.round((total * (g + 1)) / count) - before);
      if (to > from) sections[g]!.push(sliceOf(trace, from, to));
    }
    before += length;
  }
  return sections;
}

function sliceOf({ work, serviceNs, startedNs }: Trace, from: number, to: number): Trace {
  return {
    work: work.subarray(from, to),
    serviceNs: serviceNs.subarray(from, to),
    startedNs: startedNs.subarray(from, to),
  };
}
