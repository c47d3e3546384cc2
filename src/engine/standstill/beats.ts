/** The beats of a thread that does nothing else: when it last woke, and each time it woke much too late, in shared memory. */

/** Time between beats, milliseconds. */
export const beatMs = 50;

/** A thread that is only woken late on a busy machine is late by less than this; nanoseconds. */
export const leastGapNs = 200e6;

/** Gaps that are kept; beyond them the oldest are forgotten. */
const kept = 1024;

/** Shared memory that can be posted to a thread. */
export interface Beats {
  /** [0]: 1 once the thread is to end; [1]: gaps noted so far. */
  readonly cells: Int32Array;
  /** [0]: the last beat; then from and to of each gap. Monotonic nanoseconds. */
  readonly times: Float64Array;
}

/** A stretch of time, nanoseconds. */
export interface Stretch {
  readonly fromNs: number;
  readonly toNs: number;
}

export function createBeats(): Beats {
  return {
    cells: new Int32Array(new SharedArrayBuffer(8)),
    times: new Float64Array(new SharedArrayBuffer(8 * (1 + 2 * kept))),
  };
}

/** Sleeps until the next beat; false once the thread is to end. */
export function sleepToNextBeat({ cells }: Beats): boolean {
  return Atomics.wait(cells, 0, 0, beatMs) === 'timed-out';
}

export function endBeats({ cells }: Beats): void {
  Atomics.store(cells, 0, 1);
  Atomics.notify(cells, 0);
}

/** Notes a beat, and the gap before it where it comes too late. */
export function beat({ cells, times }: Beats, nowNs: number): void {
  const before = times[0]!;
  if (before > 0 && nowNs - before >= leastGapNs) {
    const at = 1 + 2 * (Atomics.load(cells, 1) % kept);
    times[at] = before;
    times[at + 1] = nowNs;
    Atomics.add(cells, 1, 1);
  }
  times[0] = nowNs;
}

/** The gaps that end after a time, with the one that is still open; monotonic nanoseconds, in order. */
export function gapsSince({ cells, times }: Beats, sinceNs: number, nowNs: number): readonly Stretch[] {
  const last = times[0]!;
  const noted = Atomics.load(cells, 1);
  const gaps: Stretch[] = [];
  for (let gap = Math.max(0, noted - kept); gap < noted; gap++) {
    const at = 1 + 2 * (gap % kept);
    if (times[at + 1]! > sinceNs) gaps.push({ fromNs: times[at]!, toNs: times[at + 1]! });
  }
  if (last > 0 && nowNs - last >= leastGapNs) gaps.push({ fromNs: last, toNs: nowNs });
  return gaps;
}
