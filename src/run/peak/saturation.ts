/** When a probe is hopeless: its queue has grown so long that more queries could only say so again. */
import type { PhaseProgress } from '../../engine/phase.js';

/** So many times the latency bound does the oldest query wait in a queue that grows. */
const hopelessBounds = 20;
/** So many looks in a row, a fifth of a second apart: a queue that a short stall left is gone by then. */
const looks = 3;

/**
 * A function that is told each look at a probe, and says whether it is hopeless by now.
 * @param scheduledNs when its queries are due, ascending
 */
export function saturationWatch(
  scheduledNs: Float64Array,
  boundNs: number,
): (progress: Pick<PhaseProgress, 'elapsedNs' | 'issued' | 'completed' | 'failed'>) => boolean {
  let inARow = 0;
  return ({ elapsedNs, issued, completed, failed }) => {
    const done = completed + failed;
    // With so many done, at least one of the queries up to the next still waits. What is issued is served to its end.
    const grows = done < issued && issued < scheduledNs.length;
    const waitedNs = grows ? elapsedNs - scheduledNs[done]! : 0;
    inARow = waitedNs > hopelessBounds * boundNs ? inARow + 1 : 0;
    return inARow >= looks;
  };
}
