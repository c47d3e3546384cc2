/** The heartbeat of a pool: a thread of its own that beats from the pool's opening to its closing. */
import { monotonicNs } from '../clock.js';
import { Thread } from '../thread.js';
import { createBeats, endBeats, gapsSince, type Stretch } from './beats.js';

export interface Heartbeat {
  /** Stretches without a beat that end after a time, monotonic nanoseconds. */
  gapsSince(sinceNs: number): readonly Stretch[];
  stop(): void;
}

export function startHeartbeat(): Heartbeat {
  const beats = createBeats();
  const thread = new Thread<never, never>('engine/standstill/beats-thread.js', beats);
  thread.detach();
  return {
    gapsSince: (sinceNs) => gapsSince(beats, sinceNs, monotonicNs()),
    stop: () => endBeats(beats),
  };
}
