/**
 * Standard output and error while a command works: a reader may be gone, a disk full, a terminal hung up. Whatever
 * happens to them, the work goes on and what was measured is written.
 */

export interface Streams {
  /** Why standard output could not take everything, where that is known; not of a reader that was closed, as by `head`. */
  outputFault(): Promise<string | undefined>;
}

export function guardStreams(): Streams {
  let fault: NodeJS.ErrnoException | undefined;
  process.stdout.on('error', (error) => {
    fault ??= error;
  });
  // There is no place left to say it.
  process.stderr.on('error', () => {});
  return {
    async outputFault() {
      // The fault of a last write is told in the next turn.
      await new Promise((resolve) => setImmediate(resolve));
      return fault && fault.code !== 'EPIPE' ? fault.message : undefined;
    },
  };
}
