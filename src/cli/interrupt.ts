/** Ctrl-C: the first one ends a run cleanly, the second one ends the program immediately. */

export interface Stop {
  readonly signal: AbortSignal;
  /** Restores the default handling of the signals. */
  release(): void;
}

/** Aborts at the first SIGINT or SIGTERM and says so; a second one kills, as it would any program. */
export function stopOnSignal(say: (sentence: string) => void): Stop {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      release();
      // Inference threads may be deep in native code, where only the default action ends them.
      process.kill(process.pid, name);
      return;
    }
    say('Stopping: writing what was measured. Press Ctrl-C again to quit at once.');
    controller.abort();
  };
  const release = () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return { signal: controller.signal, release };
}
