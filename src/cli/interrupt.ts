/** Ctrl-C and the other signals that end a program: the first ends a run cleanly, the second hurries, the third kills. */

export interface Stop {
  readonly signal: AbortSignal;
  /** Aborted by a second signal, where what was measured is kept. */
  readonly hurry: AbortSignal;
  /** Restores the default handling of the signals. */
  release(): void;
}

/** What is said at the first signal, and at the second where that does not kill. */
interface Sentences {
  readonly first: string;
  readonly second?: string;
}

export const keepsMeasured: Sentences = {
  first: 'Stopping: writing what was measured. Press Ctrl-C again to quit at once.',
  second: 'Quitting: what still runs is left, what was measured is written. Press Ctrl-C again to kill.',
};

/** The signals that end a command. */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The signal that stopped the command, and whether it has started threads at all. */
const state: { threads: boolean; stoppedBy?: NodeJS.Signals } = { threads: false };

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP and says so. A second SIGINT or SIGTERM hurries, if there is a sentence
 * for it; the last one kills, as it would any program. A terminal that hangs up may say so several times.
 */
export function stopOnSignal(say: (sentence: string) => void, { first, second }: Sentences): Stop {
  const stop = new AbortController();
  const hurry = new AbortController();
  state.threads = true;
  const onSignal = (name: NodeJS.Signals) => {
    if (!stop.signal.aborted) {
      state.stoppedBy = name;
      say(first);
      stop.abort();
    } else if (name === 'SIGHUP') {
      return;
    } else if (second !== undefined && !hurry.signal.aborted) {
      say(second);
      hurry.abort();
    } else {
      release();
      // Inference threads may be deep in native code, where only the default action ends them.
      process.kill(process.pid, name);
    }
  };
  const release = () => {
    for (const name of stopSignals) process.off(name, onSignal);
  };
  for (const name of stopSignals) process.on(name, onSignal);
  return { signal: stop.signal, hurry: hurry.signal, release };
}

/** How long threads have to end after the command has, milliseconds. */
const endingMs = 500;

/**
 * Ends this process by a signal where a thread is stuck in native code, as one that waits for a device that hangs: Node
 * would wait for it at its end for ever, whatever the exit code.
 */
export async function leaveStuckThreads(): Promise<void> {
  if (!state.threads) return;
  const { threadsEnd } = await import('../engine/thread.js');
  if (await threadsEnd(endingMs)) return;
  process.stderr.write('baremark: a thread is stuck in the backend, so this process ends by a signal.\n');
  process.kill(process.pid, state.stoppedBy ?? 'SIGTERM');
}
