/** The batches of a probe as they are served, in arrays that grow. */
import type { ServedBatches } from '../peak/contract.js';

export class BatchLog {
  private sizes = new Int32Array(1024);
  private startedNs = new Float64Array(1024);
  private completedNs = new Float64Array(1024);
  private instance = new Uint8Array(1024);
  private count = 0;

  add(size: number, startedNs: number, completedNs: number, instance: number): void {
    if (this.count === this.sizes.length) this.grow();
    const i = this.count++;
    this.sizes[i] = size;
    this.startedNs[i] = startedNs;
    this.completedNs[i] = completedNs;
    this.instance[i] = instance;
  }

  /** All that was added, in arrays of just that length. */
  batches(): ServedBatches {
    const { sizes, startedNs, completedNs, instance, count } = this;
    return {
      sizes: sizes.slice(0, count),
      startedNs: startedNs.slice(0, count),
      completedNs: completedNs.slice(0, count),
      instance: instance.slice(0, count),
    };
  }

  private grow(): void {
    const length = 2 * this.sizes.length;
    const { sizes, startedNs, completedNs, instance } = this;
    this.sizes = new Int32Array(length);
    this.sizes.set(sizes);
    this.startedNs = new Float64Array(length);
    this.startedNs.set(startedNs);
    this.completedNs = new Float64Array(length);
    this.completedNs.set(completedNs);
    this.instance = new Uint8Array(length);
    this.instance.set(instance);
  }
}
