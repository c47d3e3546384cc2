/** Notices that the machine slept, or that its wall clock was set, between two moments. Both spoil a measurement. */
import { readFileSync } from 'node:fs';
import { type Measured, measured, unavailable } from './measured.js';

export interface ClockReading {
  /** CLOCK_MONOTONIC, nanoseconds; stops while the machine sleeps. */
  readonly monotonicNs: number;
  /** CLOCK_BOOTTIME from /proc/uptime, nanoseconds in steps of 10 ms; keeps running while the machine sleeps. */
  readonly bootNs: Measured<number>;
  /** The wall clock, milliseconds since 1970. */
  readonly wallMs: number;
}

export interface ClockJumps {
  /** Time the machine slept between the readings, nanoseconds; 0 if the clocks agree to their resolution. */
  readonly suspendedNs: Measured<number>;
  /** How far the wall clock was set, beyond the time that passed or was slept; milliseconds, negative if it was set back. */
  readonly wallClockSetMs: number;
}

/** /proc/uptime is truncated to 10 ms at both ends, and reading one clock after another takes time too. */
const resolutionNs = 30e6;
/** A wall clock that is only slewed (at most 500 ppm) stays below this share of the time that passed. */
const slewLimit = 0.001;

export function readClocks(
  read: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): ClockReading {
  const monotonicNs = Number(process.hrtime.bigint());
  const wallMs = Date.now();
  try {
    const seconds = Number.parseFloat(read('/proc/uptime'));
    if (!Number.isFinite(seconds)) throw new Error('not a number');
    return { monotonicNs, wallMs, bootNs: measured(seconds * 1e9) };
  } catch {
    return { monotonicNs, wallMs, bootNs: unavailable('/proc/uptime cannot be read') };
  }
}

/**
 * What happened to the clocks between two readings. If the guest's clock follows its host's afterwards, a VM that was
 * paused by its host shows up too: as a wall clock that was set.
 */
export function clockJumps(from: ClockReading, to: ClockReading): ClockJumps {
  const passedNs = to.monotonicNs - from.monotonicNs;
  const readings = [from.bootNs, to.bootNs] as const;
  const missing = readings.find((reading) => 'unavailable' in reading);
  let slept = 0;
  if ('value' in readings[0] && 'value' in readings[1])
    slept = readings[1].value - readings[0].value - passedNs;
  if (slept < resolutionNs) slept = 0;
  const offMs = to.wallMs - from.wallMs - (passedNs + slept) / 1e6;
  const toleratedMs = 50 + (passedNs / 1e6) * slewLimit;
  return {
    suspendedNs: missing ?? measured(slept),
    wallClockSetMs: Math.abs(offMs) > toleratedMs ? Math.round(offMs) : 0,
  };
}
