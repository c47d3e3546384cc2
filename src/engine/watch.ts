/** Watches a phase from the main thread: reports progress, hears the abort signal, and notices threads that die or hang. */
import { quantileSorted } from 'simple-statistics';
import { monotonicNs } from './clock.js';
import { type Control, cell, instanceCell, instanceState, stopPhase } from './control.js';
import type { WorkerThread } from './messages.js';
import type { Fault, PhaseConfig, PhaseProgress } from './phase.js';
import type { QueryRecord } from './query-record.js';

interface Watched {
  readonly spec: PhaseConfig;
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
  aborted: string | undefined;
  /** Resolves when no worker thread is left. */
  readonly allGone: Promise<void>;
  private announceAllGone: () => void = () => {};
  private timer: NodeJS.Timeout | undefined;
  private readonly gone = new Set<number>();
  private readonly onAbort = () => this.abort('stopped by the user');

  constructor(private readonly watched: Watched) {
    this.allGone = new Promise((resolve) => {
      this.announceAllGone = resolve;
    });
    watched.threads.forEach((thread, instance) => {
      void thread.ended.then((reason) => this.lose(instance, 'thread-died', `died in mid-run: ${reason}`));
    });
  }

  start(): void {
    const { signal } = this.watched.spec;
    this.timer = setInterval(() => this.look(), periodMs);
    signal?.addEventListener('abort', this.onAbort, { once: true });
    if (signal?.aborted) this.onAbort();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.watched.spec.signal?.removeEventListener('abort', this.onAbort);
  }

  private abort(reason: string): void {
    this.aborted ??= reason;
    stopPhase(this.watched.control);
  }

  private look(): void {
    const { spec, control, threads } = this.watched;
    const elapsedNs = monotonicNs() - control.times[0]!;
    threads.forEach((thread, instance) => {
      if (
        this.gone.has(instance) ||
        Atomics.load(control.cells, instanceCell(instance)) !== instanceState.busy
      )
        return;
      const busyNs = elapsedNs - control.times[1 + instance]!;
      if (busyNs <= spec.hangLimitNs) return;
      thread.kill();
      this.lose(
        instance,
        'thread-hung',
        `ran one batch for more than ${Math.round(spec.hangLimitNs / 1e9)} s and was given up`,
      );
    });
    spec.onProgress?.(this.progress(elapsedNs));
  }

  /** Gives the rows that this instance had taken up as failed, so that nobody waits for them. */
  private lose(instance: number, kind: Fault['kind'], what: string): void {
    const { record, control, threads, faults } = this.watched;
    const { cells } = control;
    if (this.timer === undefined || this.gone.has(instance)) return;
    if (Atomics.load(cells, instanceCell(instance)) === instanceState.ended) return;
    this.gone.add(instance);
    const head = Atomics.load(cells, cell.head);
    let lost = 0;
    for (let row = 0; row < head; row++) {
      if (
        record.instance[row] !== instance ||
        Number.isNaN(record.started[row]) ||
        !Number.isNaN(record.completed[row])
      )
        continue;
      record.failed[row] = 1;
      lost++;
    }
    Atomics.add(cells, cell.failed, lost);
    Atomics.add(cells, cell.done, lost);
    Atomics.notify(cells, cell.done);
    faults.push({
      kind,
      message: `Worker thread ${instance} ${what}; ${lost} sample${lost === 1 ? ' was' : 's were'} lost with it.`,
    });
    if (this.gone.size < threads.length) return;
    this.abort('no worker thread was left');
    this.announceAllGone();
  }

  private progress(elapsedNs: number): PhaseProgress {
    const { record, control } = this.watched;
    const { cells } = control;
    const failed = Atomics.load(cells, cell.failed);
    const rows = Atomics.load(cells, cell.head);
    const latencies: number[] = [];
    for (
      let row = rows - 1;
      row >= 0 && latencies.length < recentRows && rows - row < 4 * recentRows;
      row--
    ) {
      const latency = record.completed[row]! - record.scheduled[Math.floor(row / record.samplesPerQuery)]!;
      if (!Number.isNaN(latency)) latencies.push(latency);
    }
    latencies.sort((a, b) => a - b);
    return {
      elapsedNs,
      issued: rows,
      completed: Atomics.load(cells, cell.done) - failed,
      failed,
      recentP99Ns: latencies.length > 0 ? quantileSorted(latencies, 0.99) : undefined,
    };
  }
}
