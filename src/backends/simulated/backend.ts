/** A backend that computes nothing and takes exactly as long as it is told: for measuring the harness, and for tests of it. */
import { randomNumbers } from '../../base/random.js';
import type { Backend, Batch, OpenRequest, Session } from '../backend.js';
import { Progress, ServiceTimes } from './device-model.js';
import { backendName, deviceOf } from './devices.js';
import { deviceModelOf, simulatedOptions } from './options.js';

const noOutputs = {};

/** The end of a wait is spun, because a sleep overshoots by the kernel's timer slack. */
const spinNs = 150_000;

/** A batch taken up this soon after the one before was waiting for it. */
const followsNs = 500_000;

/**
 * The device's time, nanoseconds since the process started. All instances are one device, so slices and stalls must
 * fall at the same times in all of their threads; this clock is the one that starts at the same moment in all of them,
 * so that they agree on the start without a word.
 */
const deviceNs = () => process.uptime() * 1e9;

export const simulated: Backend = {
  name: backendName,
  version: '1',
  async open(request: OpenRequest): Promise<Session> {
    deviceOf(request.device);
    const options = simulatedOptions(request.options);
    const model = deviceModelOf(options);
    // Each instance draws its own service times; what happens to the device as a whole is the same for all.
    const ownSeed = options.seed + 2 ** 32 * (request.instance + 1);
    const serviceTimes = new ServiceTimes(model, ownSeed);
    const progress = new Progress(model, options.seed);
    const chance = randomNumbers(ownSeed + 3);
    const cell = new Int32Array(new SharedArrayBuffer(4));
    let batches = 0;
    const disturb = () => {
      batches++;
      if (options.dieAt && batches === options.dieAt) process.exit(1);
      if (options.hangAt && batches === options.hangAt) Atomics.wait(cell, 0, 0);
      if ((options.failEvery && batches % options.failEvery === 0) || chance() < options.failShare)
        throw new Error(`simulated failure of batch ${batches}`);
    };
    // Of the batch before: when it should have ended, and when it did.
    let due = 0;
    let ended = 0;
    const disturbed = options.dieAt + options.hangAt + options.failEvery + options.failShare > 0;
    const run = options.instant
      ? () => {
          if (disturbed) disturb();
          return noOutputs;
        }
      : ({ size }: Batch) => {
          const called = deviceNs();
          // A host that wakes the thread late must not slow the device down: a batch that follows at once starts when
          // the one before should have ended.
          const late = called - ended < followsNs ? ended - due : 0;
          const start = called - late;
          due = progress.endOf(start, serviceTimes.next(size, start));
          const sleepNs = due - deviceNs() - spinNs;
          if (sleepNs > 0) Atomics.wait(cell, 0, 0, sleepNs / 1e6);
          while (deviceNs() < due);
          ended = deviceNs();
          if (disturbed) disturb();
          return noOutputs;
        };
    return { inputs: [], outputs: [], provider: 'simulated', run, close: () => {} };
  },
};
