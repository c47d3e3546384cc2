/** A backend that computes nothing and takes exactly as long as it is told: for measuring the harness, and for tests of it. */
import type { Backend, Batch, OpenRequest, Session } from '../backend.js';
import { backendName, deviceOf } from './devices.js';
import { type SimulatedOptions, simulatedOptions } from './options.js';

const noOutputs = {};

/** The end of a wait is spun, because a sleep overshoots by the kernel's timer slack. */
const spinMs = 0.15;

/** A batch taken up this soon after the one before was waiting for it. */
const followsMs = 0.5;

export const simulated: Backend = {
  name: backendName,
  version: '1',
  async open(request: OpenRequest): Promise<Session> {
    deviceOf(request.device);
    const options = simulatedOptions(request.options);
    const random = xorshift(options.seed + 0x9e3779b9 * (request.instance + 1));
    const chance = xorshift(options.seed + 0x85ebca6b * (request.instance + 1));
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
          const called = performance.now();
          // A host that wakes the thread late must not slow the device down: a batch that follows at once starts when
          // the one before should have ended.
          const late = called - ended < followsMs ? ended - due : 0;
          due = called - late + serviceMs(options, size, random);
          const sleepMs = due - performance.now() - spinMs;
          if (sleepMs > 0) Atomics.wait(cell, 0, 0, sleepMs);
          while (performance.now() < due);
          ended = performance.now();
          if (disturbed) disturb();
          return noOutputs;
        };
    return { inputs: [], outputs: [], provider: 'simulated', run, close: () => {} };
  },
};

function serviceMs(options: SimulatedOptions, size: number, random: () => number): number {
  const { fixedMs, perSampleMs, jitterMs } = options;
  return Math.max(0, fixedMs + perSampleMs * size + jitterMs * (2 * random() - 1));
}

/** Marsaglia's xorshift32: evenly in [0, 1), the same for the same seed on every machine. */
function xorshift(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
