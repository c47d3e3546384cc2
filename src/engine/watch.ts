/** Watches a phase from the main thread: reports progress, hears the stop signals, and notices threads that die or hang. */
import { percentileRank } from '../loadgen/summary/percentiles.js';
import { monotonicNs } from './clock.js';
import {
  busySinceNs,
  type Control,
  countDone,
  hasEnded,
  rowsDone,
  rowsFailed,
  rowsIssued,
  startNs,
  stopPhase,
} from './control.js';
import { rowLatency } from './latency.js';
import type { WorkerThread } from './messages.js';
import type { AbortReason, Fault, PhaseConfig, PhaseProgress } from './phase.js';
import type { QueryRecord } from './query-record.js';

interface Watched {
  readonly config: Pick<PhaseConfig, 'hangLimitNs' | 'signal' | 'hurry' | 'enough' | 'onProgress'>;
  readonly record: QueryRecord;
  readonly control: Control;
  readonly threads: readonly WorkerThread[];
  readonly faults: Fault[];
}

const periodMs = 200;
/** A stopped phase waits this long for the batches that are running; then their threads are given up. */
const stopGraceMs = 2_500;
/** Rows that the live p99 looks back over. */
const recentRows = 4096;

export class Watch {
  /** Why the phase was cut short, where it was. */
  aborted: AbortReason | undefined;
  /** When the main thread looked, phase nanoseconds. */
  readonly looks: number[] = [];
  private timer: NodeJS.Timeout | undefined;
  private grace: NodeJS.Timeout | undefined;
  private readonly gone = new Set<number>();
  /** By instance: the batch that it was seen to run, by its start, and for how long it ran while this process did too. */
  private readonly running: { sinceNs: number; ranNs: number }[];
  private readonly onAbort = () => this.abort('stopped-by-user');
  private readonly onEnough = () => stopPhase(this.watched.control);
  private readonly onHurry = () =>
    this.giveUpWhere((instance) => busySinceNs(this.watched.control, instance) !== undefined);

  constructor(private readonly watched: Watched) {
    this.running = watched.threads.map(() => ({ sinceNs: Number.NaN, ranNs: 0 }));
    watched.threads.forEach((thread, instance) => {
      void thread.ended.then((reason) =>
        this.lose(instance, 'thread-died', `died during the run: ${reason}`),
      );
    });
  }

  start(): void {
    const { config, threads } = this.watched;
    this.timer = setInterval(() => this.look(), periodMs);
    threads.forEach(({ endReason }, instance) => {
      if (endReason !== undefined)
        this.lose(instance, 'thread-died', `was lost before the clock started: ${endReason}`);
    });
    for (const [signal, heard] of [
      [config.signal, this.onAbort],
      [config.hurry, this.onHurry],
      [config.enough, this.onEnough],
    ] as const) {
      signal?.addEventListener('abort', heard, { once: true });
      if (signal?.aborted) heard();
    }
  }

  stop(): void {
    const { signal, hurry, enough } = this.watched.config;
    clearInterval(this.timer);
    clearTimeout(this.grace);
    this.timer = undefined;
    signal?.removeEventListener('abort', this.onAbort);
    hurry?.removeEventListener('abort', this.onHurry);
    enough?.removeEventListener('abort', this.onEnough);
  }

  private abort(reason: AbortReason): void {
    this.aborted ??= reason;
    stopPhase(this.watched.control);
    this.grace ??= setTimeout(
      () => this.giveUpWhere((instance) => !hasEnded(this.watched.control, instance)),
      stopGraceMs,
    );
  }

  /** A device that hangs must not keep what was measured from being written. */
  private giveUpWhere(stuck: (instance: number) => boolean): void {
    this.watched.threads.forEach((_, instance) => {
      if (!this.gone.has(instance) && stuck(instance))
        this.giveUp(instance, 'was still running a batch when the run was stopped, and was given up');
    });
  }

  private giveUp(instance: number, what: string): void {
    this.lose(instance, 'thread-hung', what);
    this.watched.threads[instance]!.kill();
  }

  private look(): void {
    const { config, control, threads } = this.watched;
    const elapsedNs = monotonicNs() - startNs(control);
    // A process that was stopped for an hour has not seen a batch run for an hour.
    const passedNs = Math.min(elapsedNs - (this.looks.at(-1) ?? 0), 5 * periodMs * 1e6);
    this.looks.push(elapsedNs);
    threads.forEach((_, instance) => {
      if (this.gone.has(instance)) return;
      const sinceNs = busySinceNs(control, instance);
      const seen = this.running[instance]!;
      if (sinceNs === undefined || sinceNs !== seen.sinceNs) {
        this.running[instance] = { sinceNs: sinceNs ?? Number.NaN, ranNs: 0 };
        return;
      }
      seen.ranNs += passedNs;
      if (seen.ranNs <= config.hangLimitNs) return;
      const limit = `${Math.round(config.hangLimitNs / 1e9)} s`;
      this.giveUp(instance, `ran one batch for more than ${limit} and was given up`);
    });
    config.onProgress?.(this.progress(elapsedNs));
  }

  /** Marks the rows that this instance had taken as failed, so that nobody waits for them. */
  private lose(instance: number, kind: Fault['kind'], what: string): void {
    const { record, control, threads, faults } = this.watched;
    if (this.timer === undefined || this.gone.has(instance) || hasEnded(control, instance)) return;
    this.gone.add(instance);
    const issued = rowsIssued(control);
    let lost = 0;
    for (let row = 0; row < issued; row++) {
      const taken = record.instance[row] === instance && !Number.isNaN(record.started[row]);
      if (!taken || !Number.isNaN(record.completed[row])) continue;
      record.failed[row] = 1;
      lost++;
    }
    countDone(control, lost, true);
    faults.push({
      kind,
      message: `Worker thread ${instance} ${what}; ${lost} sample${lost === 1 ? ' was' : 's were'} lost with it.`,
    });
    if (this.gone.size === threads.length) this.abort('no-worker-left');
  }

  private progress(elapsedNs: number): PhaseProgress {
    const { record, control } = this.watched;
    const failed = rowsFailed(control);
    const issued = rowsIssued(control);
    return {
      elapsedNs,
      issued,
      completed: rowsDone(control) - failed,
      failed,
      recentP99Ns: recentP99Ns(record, issued),
    };
  }
}

/** p99 of the latencies of the rows issued last that are completed, by LoadGen's rule, nanoseconds; undefined for none. */
export function recentP99Ns(record: QueryRecord, issued: number): number | undefined {
  const latencies: number[] = [];
  const oldest = Math.max(0, issued - 4 * recentRows);
  for (let row = issued - 1; row >= oldest && latencies.length < recentRows; row--) {
    const latency = rowLatency(record, row);
    if (!Number.isNaN(latency)) latencies.push(latency);
  }
  if (latencies.length === 0) return undefined;
  latencies.sort((a, b) => a - b);
  return latencies[percentileRank(latencies.length, 0.99)];
}
