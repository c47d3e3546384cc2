/** Watches a phase from the main thread: reports progress, hears the abort signal, and notices threads that die or hang. */
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
  readonly config: Pick<PhaseConfig, 'hangLimitNs' | 'signal' | 'onProgress'>;
  readonly record: QueryRecord;
  readonly control: Control;
  readonly threads: readonly WorkerThread[];
  readonly faults: Fault[];
}

const periodMs = 200;
/** Rows that the live p99 looks back over. */
const recentRows = 4096;

export class Watch {
  /** Why the phase was cut short, where it was. */
  aborted: AbortReason | undefined;
  /** Resolves when no worker thread is left. */
  readonly allGone: Promise<void>;
  private announceAllGone: () => void = () => {};
  private timer: NodeJS.Timeout | undefined;
  private readonly gone = new Set<number>();
  private readonly onAbort = () => this.abort('stopped-by-user');

  constructor(private readonly watched: Watched) {
    this.allGone = new Promise((resolve) => {
      this.announceAllGone = resolve;
    });
    watched.threads.forEach((thread, instance) => {
      void thread.ended.then((reason) =>
        this.lose(instance, 'thread-died', `died during the run: ${reason}`),
      );
    });
  }

  start(): void {
    const { signal } = this.watched.config;
    this.timer = setInterval(() => this.look(), periodMs);
    signal?.addEventListener('abort', this.onAbort, { once: true });
    if (signal?.aborted) this.onAbort();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.watched.config.signal?.removeEventListener('abort', this.onAbort);
  }

  private abort(reason: AbortReason): void {
    this.aborted ??= reason;
    stopPhase(this.watched.control);
  }

  private look(): void {
    const { config, control, threads } = this.watched;
    const elapsedNs = monotonicNs() - startNs(control);
    threads.forEach((thread, instance) => {
      if (this.gone.has(instance)) return;
      const since = busySinceNs(control, instance);
      if (since === undefined || elapsedNs - since <= config.hangLimitNs) return;
      thread.kill();
      const limit = `${Math.round(config.hangLimitNs / 1e9)} s`;
      this.lose(instance, 'thread-hung', `ran one batch for more than ${limit} and was given up`);
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
    if (this.gone.size < threads.length) return;
    this.abort('no-worker-left');
    this.announceAllGone();
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
