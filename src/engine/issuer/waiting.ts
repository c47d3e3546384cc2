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

/** How much a sleep overshoots, generously, with the usual 50 us timer slack and with 1 ns (measured: 60 and 14 us). */
const sleepMarginNs = { usual: 200_000, fine: 80_000 };
/** The least with real-time priority, where nothing else can hold the core. */
const realTimeMarginNs = { usual: 90_000, fine: 30_000 };
/**
 * A core that slept for long wakes later. A VM's core, which its host took away in the meantime, is a millisecond late
 * after one sleep in a hundred. A free core has the time to wait for that; at 100 queries/s it costs 14% of the core.
 */
const longSleepMarginNs = { freeCore: 1_500_000, noFreeCore: 150_000 };
/** Limits what the margin costs where the gaps are short: its share of the mean gap. */
const shareOfGap = { freeCore: 1 / 3, noFreeCore: 1 / 10 };

/** Prepares the calling thread and says how it will wait. */
export function prepareToWait(facts: WaitFacts): WaitPlan {
  return planWait(facts, setTimerSlack(), setRealTimePriority);
}

/**
 * How to wait with 1 ns timer slack (`fine`) or the usual, and with real-time priority where `setRealTime` grants it.
 * The thread sleeps until shortly before the time and spins the rest, with real-time priority where permitted, so that
 * nothing on the machine can make it late. Where queries come so fast that a sleep would be all margin, it spins without
 * real-time priority, because the kernel throttles a real-time thread that never sleeps. Without a free core it never
 * spins for more than a tenth of the time, which it would take from inference: then it is late by a sleep's overshoot.
 */
export function planWait(facts: WaitFacts, fine: boolean, setRealTime: (on: boolean) => boolean): WaitPlan {
  const slack = fine ? 'fine' : 'usual';
  const cores = facts.freeCores < 1 ? 'noFreeCore' : 'freeCore';
  const affordableNs = facts.meanGapNs * shareOfGap[cores];
  const quick = realTimeMarginNs[slack];
  if (facts.meanGapNs >= 2 * quick && setRealTime(true)) {
    const longMargin = Math.min(affordableNs, longSleepMarginNs[cores]);
    const least = cores === 'freeCore' ? quick : 0;
    return { mode: 'real-time sleep-then-spin', spinNs: Math.max(least, longMargin) };
  }
  setRealTime(false);
  const marginNs = sleepMarginNs[slack];
  if (cores === 'noFreeCore') return { mode: 'sleep-then-spin', spinNs: Math.min(marginNs, affordableNs) };
  if (facts.meanGapNs >= 2 * marginNs) return { mode: 'sleep-then-spin', spinNs: marginNs };
  return { mode: 'spin', spinNs: Number.POSITIVE_INFINITY };
}

/** The kernel's id of the calling thread, or undefined where /proc does not say. */
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

/** SCHED_FIFO at its lowest priority, or back to SCHED_OTHER, by util-linux's `chrt`; needs root or CAP_SYS_NICE. */
function setRealTimePriority(on: boolean): boolean {
  const id = threadId();
  if (id === undefined) return false;
  const policy = on ? ['--fifo', '--pid', '1'] : ['--other', '--pid', '0'];
  const { status } = spawnSync('chrt', [...policy, String(id)], { stdio: 'ignore' });
  return status === 0;
}

/** Whether this process may give its threads real-time priority. */
export function realTimePermitted(): boolean {
  return spawnSync('chrt', ['--fifo', '1', 'true'], { stdio: 'ignore' }).status === 0;
}
