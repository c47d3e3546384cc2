/**
 * How samples are grouped into batches: one value, chosen with the system under test, given whole to every worker thread
 * and written whole into `run.json`. What a scenario has no use for is absent or empty.
 */

/** How the texts of a batch are brought to one length. */
export interface Padding {
  /** To the longest of the batch, or always to the model's longest sequence. */
  readonly pad: 'longest' | 'max';
  /** Longest sequence of the model, tokens. */
  readonly maxLength: number;
}

export interface BatchPolicy {
  /** Samples in a batch at most. */
  readonly maxBatch: number;
  /** `longest-first`: sorted by length once everything has arrived, which in Offline is at once. */
  readonly order: 'arrival' | 'longest-first';
  /** Upper edges of the length buckets, ascending, tokens; each bucket has its own queue. Empty: one queue for all. */
  readonly buckets: readonly number[];
  readonly padding: Padding;
  /** Server: how long the oldest waiting sample may be held back for its batch to fill, nanoseconds; absent for never. */
  readonly maxWaitNs?: number;
  /** The latency bound that holding back must leave room for, nanoseconds; absent where nothing is held back. */
  readonly boundNs?: number;
}
