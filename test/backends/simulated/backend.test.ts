/** The device in real time. What is asserted holds however late the host wakes a thread. */
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { simulated } from '../../../src/backends/simulated/backend.js';
import { Progress } from '../../../src/backends/simulated/device-model.js';

const open = (options: Record<string, unknown>, instance = 0) =>
  simulated.open({ model: { name: 'none', precision: 'fp32' }, device: 'cpu', instance, options });

const deviceNs = () => process.uptime() * 1e9;

describe('the simulated device in real time', () => {
  it('works only in its slices and between its stalls, whichever instance is asked', async () => {
    const options = {
      ...{ fixedMs: 2, slicePeriodMs: 5, sliceShare: 0.2, stallEveryMs: 10, stallForMs: 5, seed: 3 },
    };
    const device = { slice: { periodNs: 5e6, share: 0.2 }, stalls: { everyNs: 10e6, forNs: 5e6 } };
    const ends: [number, number][] = [];
    for (const instance of [0, 1]) {
      const session = await open(options, instance);
      for (let batch = 0; batch < 5; batch++) {
        const called = deviceNs();
        await session.run({ size: 1, feeds: {} });
        ends.push([called, deviceNs()]);
        // Idle for longer than a batch that follows at once would be.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      }
    }
    const progress = new Progress(device, 3);
    for (const [called, ended] of ends) {
      const due = progress.endOf(called, 2e6);
      expect(due - called, 'two milliseconds of work take two slices').toBeGreaterThan(5e6);
      expect(ended).toBeGreaterThanOrEqual(due);
    }
  });

  it('is counted from a moment that is the same in every thread', async () => {
    /** The clock starts between these two times of the machine's clock, nanoseconds. */
    const started = `(() => {
      const before = process.hrtime.bigint();
      const upNs = process.uptime() * 1e9;
      return [Number(before) - upNs, Number(process.hrtime.bigint()) - upNs];
    })()`;
    const inThread = await new Promise<[number, number]>((resolve, reject) => {
      const code = `require('node:worker_threads').parentPort.postMessage(${started})`;
      new Worker(code, { eval: true }).once('message', resolve).once('error', reject);
    });
    const here = new Function(`return ${started}`)() as [number, number];
    const rounding = 1000;
    expect(Math.max(here[0], inThread[0])).toBeLessThan(Math.min(here[1], inThread[1]) + rounding);
  });
});
