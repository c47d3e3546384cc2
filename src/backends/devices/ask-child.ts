/** Asks a question of a separate process, where a crash of native code does no harm. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compiledEntry } from '../../base/host/compiled-entry.js';
import type { DeviceOutcome } from '../examination.js';

/** What the process sends: how long the device took, or why it does not work, and whatever else it found. */
export interface ChildMessage {
  readonly ms?: number;
  readonly error?: string;
}

export interface ChildRequest {
  /** Compiled module, relative to `src/`. */
  readonly entry: string;
  readonly args: readonly string[];
  /** Variables added to its environment; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  /** The reason in a few words, from an error's message (undefined where the process said none) and its standard error. */
  readonly reason: (error: string | undefined, noise: string) => string;
}

export interface ChildAnswer<T> {
  readonly outcome: DeviceOutcome;
  /** Undefined where it did not get as far as an answer. */
  readonly message: (ChildMessage & T) | undefined;
}

/** Never throws. */
export function askChild<T>({
  entry,
  args,
  env = {},
  timeoutMs,
  reason,
}: ChildRequest): Promise<ChildAnswer<T>> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(compiledEntry(entry)), args, {
      env: { ...process.env, ...env },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let message: (ChildMessage & T) | undefined;
    let noise = '';
    const end = (outcome: DeviceOutcome) => resolve({ outcome, message });
    child.stderr?.on('data', (chunk) => {
      noise = (noise + String(chunk)).slice(-8000);
    });
    child.on('message', (sent) => {
      message = sent as ChildMessage & T;
    });
    child.on('error', (error) => end({ kind: 'fails', reason: error.message }));
    child.on('close', (code, signal) => {
      if (message?.ms !== undefined) end({ kind: 'works', ms: message.ms });
      else if (message?.error !== undefined) end({ kind: 'fails', reason: reason(message.error, noise) });
      else if (child.killed) end({ kind: 'fails', reason: `it did not open within ${timeoutMs / 1000} s` });
      else
        end({
          kind: signal ? 'crashes' : 'fails',
          reason: `the process ended with ${signal ?? `code ${code}`}${noise ? `: ${reason(undefined, noise)}` : ''}`,
        });
    });
  });
}
