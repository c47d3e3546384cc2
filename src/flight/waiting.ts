/** How the issuer waits for a scheduled time: chosen from the rate, the free cores and the privileges it has. */
import { spawnSync } from 'node:child_process';
import { readlinkSync, writeFileSync } from 'node:fs';

export type WaitMode = 'spin' | 'sleep-then-spin' | 'real-time sleep-then-spin';

export interface WaitPlan {
  readonly mode: WaitMode;
  /** A sleep ends this long before the scheduled time; the rest is spun. Nanoseconds. */
  readonly spinNs: number;
}

export interface WaitFacts {
  /** Mean time between queries, nanoseconds; 0 where queries follow completions. */
  readonly meanGapNs: number;
  /** Cores that no inference thread needs. */
  readonly freeCores: number;
}

/** A sleep's overshoot with the usual 50 us timer slack, and with slack set to 1 ns, both generously (measured: 60 and 14 us). */
const sleepMarginNs = { usual: 200_000, fine: 80_000 };

/**
 * Prepares the calling thread and says how it will wait. With a free core and more than some thousand queries a
 * second it spins: a sleep would be all margin. Otherwise it sleeps until shortly before the time, with 1 ns timer
 * slack where permitted; without a free core it also asks for real-time priority, so that inference threads cannot
 * keep it from its core.
 */
export function prepareToWait(facts: WaitFacts): WaitPlan {
  const fine = setTimerSlack();
  const marginNs = fine ? sleepMarginNs.fine : sleepMarginNs.usual;
  if (facts.freeCores < 1) {
    if (setRealTimePriority()) return { mode: 'real-time sleep-then-spin', spinNs: fine ? 30_000 : 60_000 };
    return { mode: 'sleep-then-spin', spinNs: marginNs };
  }
  if (facts.meanGapNs < 2 * marginNs) return { mode: 'spin', spinNs: Number.POSITIVE_INFINITY };
  return { mode: 'sleep-then-spin', spinNs: marginNs };
}

/** The kernel's id of the calling thread, or undefined where /proc does not tell. */
export function threadId(): number | undefined {
  try {
    const id = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    return Number.isInteger(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

function setTimerSlack(): boolean {
  const id = threadId();
  if (id === undefined) return false;
  try {
    writeFileSync(`/proc/${id}/timerslack_ns`, '1');
    return true;
  } catch {
    return false;
  }
}

/** SCHED_FIFO at its lowest priority, by util-linux's `chrt`; needs root or CAP_SYS_NICE. */
function setRealTimePriority(): boolean {
  const id = threadId();
  if (id === undefined) return false;
  const { status } = spawnSync('chrt', ['--fifo', '--pid', '1', String(id)], { stdio: 'ignore' });
  return status === 0;
}

/** Whether this process may give its threads real-time priority. */
export function realTimePermitted(): boolean {
  return spawnSync('chrt', ['--fifo', '1', 'true'], { stdio: 'ignore' }).status === 0;
}
