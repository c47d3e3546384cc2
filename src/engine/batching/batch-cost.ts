/**
 * What a batch costs on this device, learnt while it computes: a fixed time, and a time for each padded token. A line
 * through the service times observed (least squares, older batches counting less), as plain numbers: nothing is
 * allocated while the clock runs.
 */

/** Weight that a batch keeps with each further one: a few hundred batches count. */
const memory = 1 - 1 / 256;

export class BatchCost {
  /** Nanoseconds per batch, and per padded token; 0 as long as they cannot be told apart. */
  fixedNs = 0;
  tokenNs = 0;
  private weight = 0;
  private tokens = 0;
  private time = 0;
  private tokensSquared = 0;
  private tokensTime = 0;

  observe(tokens: number, serviceNs: number): void {
    this.weight = this.weight * memory + 1;
    this.tokens = this.tokens * memory + tokens;
    this.time = this.time * memory + serviceNs;
    this.tokensSquared = this.tokensSquared * memory + tokens * tokens;
    this.tokensTime = this.tokensTime * memory + tokens * serviceNs;
    const spread = this.weight * this.tokensSquared - this.tokens * this.tokens;
    // All batches so far were alike: then the two cannot be told apart.
    if (spread <= 1e-6 * this.tokens * this.tokens) return;
    const slope = (this.weight * this.tokensTime - this.tokens * this.time) / spread;
    this.tokenNs = Math.max(0, slope);
    this.fixedNs = Math.max(0, (this.time - this.tokenNs * this.tokens) / this.weight);
  }
}
