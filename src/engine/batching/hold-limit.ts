/** How long rows may be held back for a fuller batch: learnt from service times, so that the latency bound is kept. */
import type { BatchPolicy } from './batch-policy.js';

/** Service times kept free before the bound: the batch starts as soon as it is taken, and may take a little longer. */
const reserve = 1.1;
/** How fast the longest service time seen fades, per batch. */
const fading = 0.99;

export class HoldLimit {
  readonly maxWaitNs: number;
  /** `maxWaitNs`, or less where the service times seen leave less room before the bound. */
  currentNs: number;
  private readonly boundNs: number | undefined;
  private slowestNs = 0;

  constructor({ maxWaitNs = 0, boundNs }: Pick<BatchPolicy, 'maxWaitNs' | 'boundNs'>) {
    this.maxWaitNs = maxWaitNs;
    this.currentNs = maxWaitNs;
    this.boundNs = maxWaitNs > 0 ? boundNs : undefined;
  }

  /** Whether service times change anything. */
  get learns(): boolean {
    return this.boundNs !== undefined;
  }

  /** @param serviceNs from taking a batch to its completion */
  learn(serviceNs: number): void {
    if (this.boundNs === undefined) return;
    this.slowestNs = Math.max(serviceNs, this.slowestNs * fading);
    this.currentNs = Math.min(this.maxWaitNs, Math.max(0, this.boundNs - reserve * this.slowestNs));
  }
}
