/**
 * A backend that gets stuck in native code, where no thread can be interrupted: it opens a pipe that nobody writes to.
 *
 * Options: `pipe`, the path of the FIFO; `at`, "open" or the number of the batch that never returns.
 */
import { openSync, writeSync } from 'node:fs';

export default {
  name: 'stuck',
  version: '1',
  async open({ options: { pipe, at } }) {
    let batches = 0;
    const stick = () => {
      // Not by console.log, which another thread would have to print.
      writeSync(2, 'stuck now\n');
      openSync(pipe, 'r');
    };
    if (at === 'open') stick();
    return {
      inputs: [],
      outputs: [],
      provider: 'stuck',
      run() {
        if (++batches === Number(at)) stick();
        return {};
      },
      close() {},
    };
  },
};
