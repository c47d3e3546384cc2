/** Plays residuals back in blocks of the traces they were seen in, so that what hangs together stays together. */
import type { RandomNumbers } from '../../base/random.js';
import type { ServiceModel } from './service-model.js';

export interface ReplayOptions {
  /** Batches in a block. */
  readonly block: number;
  /**
   * Keeps a block in step with time: a batch gets the residual that was seen at its time, where the order alone would be
   * off by more than this many batches. What slices or stalls do depends on the time; what is drawn for each batch does
   * not, and there the step would favour slow batches. Absent for not at all.
   */
  readonly inStep?: number;
}

export class Replay {
  private trace = 0;
  private next = 0;
  private left = 0;
  /** Time of the simulation − time of the trace. */
  private offsetNs = 0;
  /** Batches up to and with each trace. */
  private readonly upTo: readonly number[];
  /** How far a batch may be from its time, by trace. */
  private readonly toleranceNs: readonly number[];

  constructor(
    private readonly model: ServiceModel,
    private readonly options: ReplayOptions,
    private readonly random: RandomNumbers,
  ) {
    let sum = 0;
    this.upTo = model.traces.map(({ apart }) => {
      sum += apart.length;
      return sum;
    });
    const { inStep } = options;
    this.toleranceNs = model.traces.map(({ startedNs: { length }, startedNs }) =>
      inStep === undefined || length < 2
        ? Number.POSITIVE_INFINITY
        : (inStep * (startedNs[length - 1]! - startedNs[0]!)) / (length - 1),
    );
  }

  /** Service time of the next batch, which has this work and starts at this time, nanoseconds. */
  serviceNs(work: number, atNs: number): number {
    if (this.left-- <= 0) this.jump(atNs);
    const { apart, extraNs, startedNs } = this.model.traces[this.trace]!;
    const inTrace = atNs - this.offsetNs;
    let i = this.next;
    if (Math.abs(startedNs[i]! - inTrace) > this.toleranceNs[this.trace]!) i = firstFrom(startedNs, inTrace);
    let serviceNs = Math.max(0, this.model.meanNs[work]! + apart[i]! * this.model.spread[work]!);
    // A batch that starts later than the one seen is held up for less.
    if (extraNs[i]! > 0) serviceNs += Math.max(0, extraNs[i]! - this.laterBy(inTrace - startedNs[i]!));
    this.next = i + 1;
    if (this.next >= apart.length) {
      this.next = 0;
      this.left = 0;
    }
    return serviceNs;
  }

  private laterBy(ns: number): number {
    return this.options.inStep === undefined ? 0 : Math.max(0, ns);
  }

  private jump(atNs: number): void {
    const { upTo, model } = this;
    const batch = Math.floor(this.random() * upTo.at(-1)!);
    let trace = 0;
    while (upTo[trace]! <= batch) trace++;
    this.trace = trace;
    this.next = batch - (upTo[trace - 1] ?? 0);
    this.left = this.options.block - 1;
    this.offsetNs = atNs - model.traces[trace]!.startedNs[this.next]!;
  }
}

/**
 * The first that is not before this time; the last where all are. Not the nearest: slow batches have long gaps behind
 * them, and would be nearest more often than they came.
 */
function firstFrom(timesNs: Float64Array, ns: number): number {
  let low = 0;
  let high = timesNs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timesNs[middle]! < ns) low = middle + 1;
    else high = middle;
  }
  return low;
}
