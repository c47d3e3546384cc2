/** The heartbeat of a pool: a thread of its own that beats from the pool's opening to its closing. */
import { monotonicNs } from '../clock.js';
import { Thread } from '../thread.js';
import { createBeats, endBeats, gapsSince, type Stretch } from './beats.js';

export interface Heartbeat {
  /** Resolves when it beats, or never will: starting a thread takes time that no phase should lose. */
  readonly started: Promise<unknown>;
  /** Stretches without a beat that end after a time, monotonic nanoseconds. */
  gapsSince(sinceNs: number): readonly Stretch[];
  stop(): void;
}

export function startHeartbeat(): Heartbeat {
  const beats = createBeats();
  const thread = new Thread<never, { readonly type: 'started' }>('engine/standstill/beats-thread.js', beats);
  thread.detach();
  return {
    started: thread.next('started'),
    gapsSince: (sinceNs) => gapsSince(beats, sinceNs, monotonicNs()),
    stop: () => endBeats(beats),
  };
}
