/**
 * How long a simulated device takes: service times that vary, time slices shared with others, and stalls. Pure and
 * seeded, so that the simulated backend (real time) and `baremark simulate` (virtual time) are the same device.
 */
import { normalNumbers, type RandomNumbers, randomNumbers } from '../../base/random.js';

/** Times in nanoseconds. */
export interface DeviceModel {
  /** Service time of a batch, whatever its size, and for each of its samples. */
  readonly fixedNs: number;
  readonly perSampleNs: number;
  /** Service times vary evenly by as much as this, up and down. */
  readonly jitterNs: number;
  /** Service times are multiplied by exp(σz − σ²/2), z standard normal: a long tail that leaves the mean as it is. */
  readonly tailSigma: number;
  /** The device makes progress only in the first `share` of each period, counted from the start. */
  readonly slice?: { readonly periodNs: number; readonly share: number };
  /** Nothing makes progress for `forNs`; from the end of one to the start of the next, exponential with this mean. */
  readonly stalls?: { readonly everyNs: number; readonly forNs: number };
  /** Service times are multiplied by 1 + amplitude · sin(2πt / period). */
  readonly drift?: { readonly periodNs: number; readonly amplitude: number };
}

/** Draws service times in the order in which batches start: what a batch would take on a device of its own. */
export class ServiceTimes {
  private readonly uniform: RandomNumbers;
  private readonly normal: RandomNumbers;

  constructor(
    private readonly model: DeviceModel,
    seed: number,
  ) {
    this.uniform = randomNumbers(seed);
    this.normal = normalNumbers(seed + 1);
  }

  /** Nanoseconds for a batch of `size` that starts at `startNs`. */
  next(size: number, startNs: number): number {
    const { fixedNs, perSampleNs, jitterNs, tailSigma, drift } = this.model;
    let serviceNs = fixedNs + perSampleNs * size;
    if (jitterNs > 0) serviceNs = Math.max(0, serviceNs + jitterNs * (2 * this.uniform() - 1));
    if (tailSigma > 0) serviceNs *= Math.exp(tailSigma * this.normal() - (tailSigma * tailSigma) / 2);
    if (drift) serviceNs *= 1 + drift.amplitude * Math.sin((2 * Math.PI * startNs) / drift.periodNs);
    return serviceNs;
  }
}

/** When stalls begin, nanoseconds: the next one at each call. */
export function stallStarts(
  { everyNs, forNs }: NonNullable<DeviceModel['stalls']>,
  seed: number,
): RandomNumbers {
  const random = randomNumbers(seed + 2);
  let endNs = 0;
  return () => {
    const startNs = endNs - Math.log(1 - random()) * everyNs;
    endNs = startNs + forNs;
    return startNs;
  };
}

/**
 * When work ends on a device that is taken away at times. All who share a device and its seed have the same slices and
 * stalls, however many `Progress` they ask. Starts must not fall: stalls that ended before one are forgotten.
 */
export class Progress {
  /** Start and end of each stall that is known and may still matter, alternating. */
  private readonly stalls: number[] = [];
  private first = 0;
  /** End of the last stall that was drawn. */
  private drawnUntilNs = 0;
  private readonly nextStart: RandomNumbers | undefined;

  constructor(
    private readonly model: Pick<DeviceModel, 'slice' | 'stalls'>,
    seed: number,
  ) {
    this.nextStart = model.stalls && stallStarts(model.stalls, seed);
  }

  /** When `workNs` of work that starts at `startNs` is done, nanoseconds. */
  endOf(startNs: number, workNs: number): number {
    if (!this.model.stalls) return this.slicedEnd(startNs, workNs);
    this.forget(startNs);
    let at = startNs;
    let left = workNs;
    for (let i = this.first; ; i += 2) {
      if (i === this.stalls.length) this.draw();
      const stallsAt = this.stalls[i]!;
      if (at < stallsAt) {
        const end = this.slicedEnd(at, left);
        if (end <= stallsAt) return end;
        left = Math.max(0, left - this.workBetween(at, stallsAt));
      }
      at = this.stalls[i + 1]!;
    }
  }

  private draw(): void {
    const startNs = this.nextStart!();
    this.drawnUntilNs = startNs + this.model.stalls!.forNs;
    this.stalls.push(startNs, this.drawnUntilNs);
  }

  /** Leaves only stalls that end later: none is kept of those before a device is first asked, however many. */
  private forget(beforeNs: number): void {
    const { stalls } = this;
    while (this.drawnUntilNs <= beforeNs) {
      stalls.length = 0;
      this.first = 0;
      this.draw();
    }
    while (stalls[this.first + 1]! <= beforeNs) this.first += 2;
    if (this.first < 1024) return;
    stalls.splice(0, this.first);
    this.first = 0;
  }

  private slicedEnd(startNs: number, workNs: number): number {
    const { slice } = this.model;
    if (!slice) return startNs + workNs;
    const onNs = slice.periodNs * slice.share;
    let period = Math.floor(startNs / slice.periodNs);
    let within = startNs - period * slice.periodNs;
    if (within >= onNs) {
      period++;
      within = 0;
    }
    if (workNs <= onNs - within) return period * slice.periodNs + within + workNs;
    const later = workNs - (onNs - within);
    const whole = Math.ceil(later / onNs) - 1;
    return (period + 1 + whole) * slice.periodNs + (later - whole * onNs);
  }

  /** Work done between two times without a stall between them. */
  private workBetween(fromNs: number, toNs: number): number {
    const { slice } = this.model;
    if (!slice) return toNs - fromNs;
    const onNs = slice.periodNs * slice.share;
    const until = (ns: number) => {
      const period = Math.floor(ns / slice.periodNs);
      return period * onNs + Math.min(onNs, ns - period * slice.periodNs);
    };
    return until(toNs) - until(fromNs);
  }
}
