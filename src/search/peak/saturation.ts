/** When a probe is hopeless: its queue has grown so long that more queries could only say so again. */
/** So many times the latency bound does the oldest query wait in a queue that grows. */
const hopelessBounds = 20;
/** So many looks in a row, so far apart: a queue that a short stall left is gone by then. */
const looks = 3;
export const lookS = 0.2;

/** How far a probe has come. */
interface Look {
  readonly elapsedNs: number;
  readonly issued: number;
  readonly completed: number;
  readonly failed: number;
}

/**
 * A function that is told each look at a probe, and says whether it is hopeless by now.
 * @param scheduledNs when its queries are due, ascending
 */
export function saturationWatch(scheduledNs: Float64Array, boundNs: number): (look: Look) => boolean {
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
