/** A worker thread as the main thread sees it: messages in, messages out, and a promise for its end. */
import { Worker } from 'node:worker_threads';
import { messageOf } from '../base/errors.js';
import { compiledEntry } from '../base/host/compiled-entry.js';

/** The ends of the threads that still run. */
const running = new Set<Promise<void>>();

/**
 * Whether all threads end within this time. One that is stuck in native code does not, and Node then waits for it at
 * its own end for ever.
 */
export async function threadsEnd(withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs);
  });
  const exits = Promise.all(running).then(() => true);
  return Promise.race([exits, late]).finally(() => clearTimeout(timer));
}

export class Thread<In, Out extends { readonly type: string }> {
  private readonly worker: Worker;
  private readonly listeners = new Set<(message: Out) => void>();
  /** Resolves with the reason when the thread ends, whatever the cause. */
  readonly ended: Promise<string>;
  /** The reason, once it has ended. */
  endReason: string | undefined;
  private end: (reason: string) => void = () => {};

  /** @param entry module of the thread, relative to `src/`, as compiled */
  constructor(entry: string, data: unknown) {
    // What a backend prints is no result: standard output is the command's alone.
    this.worker = new Worker(compiledEntry(entry), { workerData: data, stdout: true });
    this.worker.stdout.on('data', (chunk) => process.stderr.write(chunk));
    this.worker.on('message', (message: Out) => {
      for (const listener of [...this.listeners]) listener(message);
    });
    this.ended = new Promise((resolve) => {
      this.end = (reason) => {
        this.endReason ??= reason;
        resolve(this.endReason);
      };
      this.worker.on('error', (error: unknown) => this.end(`it threw: ${messageOf(error)}`));
      this.worker.on('exit', (code) => this.end(`it ended with exit code ${code}`));
    });
    const exited = new Promise<void>((resolve) => {
      this.worker.once('exit', () => {
        running.delete(exited);
        resolve();
      });
    });
    running.add(exited);
  }

  post(message: In): void {
    this.worker.postMessage(message);
  }

  /** Calls back for every message until the returned function is called. */
  listen(listener: (message: Out) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The next message of this type, or undefined when the thread ends first. */
  next<T extends Out['type']>(type: T): Promise<Extract<Out, { type: T }> | undefined> {
    return new Promise((resolve) => {
      const stop = this.listen((message) => {
        if (message.type !== type) return;
        stop();
        resolve(message as Extract<Out, { type: T }>);
      });
      void this.ended.then(() => {
        stop();
        resolve(undefined);
      });
    });
  }

  /** Lets the process end while this thread still runs. */
  detach(): void {
    this.worker.unref();
  }

  /**
   * Ends the thread without waiting for it, and takes it for ended from now on: native code that hangs cannot be
   * interrupted, only left behind.
   */
  kill(): void {
    if (this.endReason !== undefined) return;
    void this.worker.terminate();
    this.worker.unref();
    this.end('it was given up');
  }
}
