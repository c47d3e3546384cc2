/**
 * A backend whose instances wait for each other: in its first batch each waits until all have one. What is asserted of
 * several instances then does not depend on how the machine schedules their threads.
 *
 * Options: `arrived`, an Int32Array over shared memory with one cell, and `instances`, how many are awaited.
 */
export default {
  name: 'rendezvous',
  version: '1',
  async open({ options: { arrived, instances } }) {
    let first = true;
    return {
      inputs: [],
      outputs: [],
      provider: 'rendezvous',
      run() {
        if (first) {
          first = false;
          Atomics.add(arrived, 0, 1);
          Atomics.notify(arrived, 0);
          for (let seen = Atomics.load(arrived, 0); seen < instances; seen = Atomics.load(arrived, 0))
            Atomics.wait(arrived, 0, seen);
        }
        return {};
      },
      close() {},
    };
  },
};
