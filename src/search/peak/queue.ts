/**
 * The queue in front of a system, simulated: queries arrive, free instances take batches as the engine's policy has it,
 * and a batch takes as long as the replay of what was measured says. Millions of queries per second, nothing allocated
 * per batch.
 */
import { BatchDecider } from '../../engine/batching/batch-decider.js';
import type { BatchPolicy } from '../../engine/batching/batch-policy.js';
import { earliest, serve } from '../serve.js';
import type { Replay } from './replay.js';

export interface QueueSpec {
  readonly instances: number;
  readonly policy: BatchPolicy;
  /** Lengths of samples, tokens, where they differ; each is asked for equally often. */
  readonly sampleLengths?: Float64Array;
  readonly turnaroundNs: number;
  readonly wakeNs: number;
}

/** When the next query arrives, nanoseconds, ascending; infinite where none does. */
export type Arrivals = () => number;

/** Told of each batch: when its `size` queries arrived (the array is used again) and when it was done. */
export type OnServed = (arrivedNs: Float64Array, size: number, endNs: number) => void;

/** @param random draws the samples' lengths, where they differ */
export function serveQueue(
  spec: QueueSpec,
  arrivals: Arrivals,
  replay: Replay,
  random: () => number,
  onServed: OnServed,
): void {
  if (spec.sampleLengths !== undefined)
    serveByLength(spec, spec.sampleLengths, arrivals, replay, random, onServed);
  else {
    const endOf = (size: number, startNs: number) => startNs + replay.serviceNs(size, startNs);
    serve(arrivals, { ...spec, endOf }, (batch) => onServed(batch.arrivals, batch.size, batch.endNs));
  }
}

/** As `serve`, out of the queues of length buckets. */
function serveByLength(
  spec: QueueSpec,
  sampleLengths: Float64Array,
  arrivals: Arrivals,
  replay: Replay,
  random: () => number,
  onServed: OnServed,
): void {
  const { instances, policy, turnaroundNs, wakeNs } = spec;
  const { maxBatch } = policy;
  const queues = queuesOf(policy, sampleLengths);
  const longest = queues.map(({ longest }) => longest);
  const deciders = Array.from({ length: instances }, () => new BatchDecider(policy, longest));
  const { holds, learns } = deciders[0]!;
  const readyNs = new Float64Array(instances);
  const arrivedNs = new Float64Array(maxBatch);
  const fixedLength = policy.padding.pad === 'max' ? policy.padding.maxLength : 0;
  let size = 0;
  let length = 0;
  let waiting = 0;
  let next = arrivals();
  const admit = (untilNs: number) => {
    while (next <= untilNs) {
      const sample = sampleLengths[Math.floor(random() * sampleLengths.length)]!;
      queueFor(queues, sample).push(next, sample);
      waiting++;
      next = arrivals();
    }
  };
  const take = (queue: WaitingQueue) => {
    while (size < maxBatch && queue.size > 0) {
      arrivedNs[size++] = queue.arrivedNs;
      length = Math.max(length, queue.length);
      queue.shift();
      waiting--;
    }
  };
  while (waiting > 0 || next < Number.POSITIVE_INFINITY) {
    const instance = earliest(readyNs);
    const decider = deciders[instance]!;
    let startNs = readyNs[instance]!;
    if (waiting === 0 && next >= startNs) startNs = next + wakeNs;
    let chosen = -1;
    for (;;) {
      admit(startNs);
      look(queues, decider);
      chosen = decider.choose(startNs, next === Number.POSITIVE_INFINITY);
      if (chosen >= 0) break;
      startNs = Math.max(startNs, Math.min(decider.dueNs, next));
      if (!holds) throw new Error('a queue with rows in it gave none');
    }
    size = 0;
    length = 0;
    take(queues[chosen]!);
    if (decider.bucketFill) {
      look(queues, decider);
      const additions = decider.fill(chosen, size);
      for (let i = 0; i < additions; i++) take(queues[decider.bucketFill.additions[i]!]!);
    }
    const serviceNs = replay.serviceNs(size * (fixedLength || length), startNs);
    if (learns) decider.learn(size, serviceNs, serviceNs);
    const endNs = startNs + serviceNs;
    readyNs[instance] = endNs + turnaroundNs;
    onServed(arrivedNs, size, endNs);
  }
}

function look(queues: readonly WaitingQueue[], decider: BatchDecider): void {
  for (let i = 0; i < queues.length; i++) {
    decider.waiting[i] = queues[i]!.size;
    decider.oldestNs[i] = queues[i]!.size > 0 ? queues[i]!.arrivedNs : 0;
  }
}

function queueFor(queues: readonly WaitingQueue[], length: number): WaitingQueue {
  for (const queue of queues) if (length <= queue.edge) return queue;
  return queues.at(-1)!;
}

/** One queue for each bucket that a sample falls into, as the engine lays them out. */
function queuesOf({ buckets }: BatchPolicy, lengths: Float64Array): readonly WaitingQueue[] {
  if (buckets.length < 2) return [new WaitingQueue(Number.POSITIVE_INFINITY, 0)];
  return buckets
    .map((edge, i) => {
      const last = i === buckets.length - 1;
      const from = i === 0 ? Number.NEGATIVE_INFINITY : buckets[i - 1]!;
      const inBucket = lengths.filter((length) => length > from && (last || length <= edge));
      return new WaitingQueue(
        last ? Number.POSITIVE_INFINITY : edge,
        inBucket.reduce((a, b) => Math.max(a, b), 0),
      );
    })
    .filter(({ longest }) => longest > 0);
}

/** First in, first out: arrival and length of what waits, in a ring that grows. */
class WaitingQueue {
  size = 0;
  private head = 0;
  private arrivals = new Float64Array(64);
  private lengths = new Float64Array(64);

  /** @param edge the longest length that it takes @param longest the longest sample that comes */
  constructor(
    readonly edge: number,
    readonly longest: number,
  ) {}

  /** Of the oldest that waits. */
  get arrivedNs(): number {
    return this.arrivals[this.head]!;
  }

  get length(): number {
    return this.lengths[this.head]!;
  }

  push(arrivedNs: number, length: number): void {
    if (this.size === this.arrivals.length) this.grow();
    const at = (this.head + this.size++) & (this.arrivals.length - 1);
    this.arrivals[at] = arrivedNs;
    this.lengths[at] = length;
  }

  shift(): void {
    this.head = (this.head + 1) & (this.arrivals.length - 1);
    this.size--;
  }

  private grow(): void {
    const { arrivals, lengths, head, size } = this;
    this.arrivals = new Float64Array(2 * size);
    this.lengths = new Float64Array(2 * size);
    for (let i = 0; i < size; i++) {
      this.arrivals[i] = arrivals[(head + i) % size]!;
      this.lengths[i] = lengths[(head + i) % size]!;
    }
    this.head = 0;
  }
}
