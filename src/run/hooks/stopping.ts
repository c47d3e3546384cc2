/** Stopping a run: work that does not hear the signal itself is given a few seconds, and then left to itself. */
import type { RunHooks } from '../types.js';

type StopSignals = Pick<RunHooks, 'signal' | 'hurry'>;

/** How long work may go on after the signal, milliseconds: together with what comes after it, less than 5 s. */
const graceMs = 2_500;

/** Whether this was thrown because the run was stopped. */
export function isStop(error: unknown, { signal }: StopSignals): boolean {
  return signal.aborted && error === signal.reason;
}

/**
 * What the work gives. Where the run is stopped and the work goes on for longer than a few seconds, or the user is in a
 * hurry, throws the signal's reason; what the work gives later goes to `tooLate`.
 */
export function orStopped<T>(
  work: Promise<T>,
  { signal, hurry }: StopSignals,
  tooLate: (late: T) => void = () => {},
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let left = false;
  return new Promise<T>((resolve, reject) => {
    const leave = () => {
      left = true;
      release();
      reject(signal.reason);
    };
    const wait = () => {
      timer ??= setTimeout(leave, graceMs);
    };
    const release = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wait);
      hurry?.removeEventListener('abort', leave);
    };
    signal.addEventListener('abort', wait);
    hurry?.addEventListener('abort', leave);
    if (signal.aborted) wait();
    work.then(
      (value) => {
        if (left) tooLate(value);
        release();
        resolve(value);
      },
      (error) => {
        release();
        reject(error);
      },
    );
  });
}
