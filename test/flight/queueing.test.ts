import { setPriority } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Deck } from '../../src/flight/deck.js';
import type { FlightRecord } from '../../src/flight/record.js';
import { legOf, percentile, poissonTimes, queriesAt, simulatedDeck } from '../helpers/flight.js';

const decks: Deck[] = [];
afterAll(async () => {
  await Promise.all(decks.map((deck) => deck.close()));
});

// The theory knows nothing of other processes. Threads inherit the priority of the one that starts them.
beforeAll(() => {
  try {
    setPriority(-19);
  } catch {
    // Not permitted: the tests are tried again where something else took the cores.
  }
});

async function fly(
  options: { fixedMs: number; perSampleMs?: number },
  instances: number,
  maxBatch: number,
  qps: number,
  count: number,
) {
  const deck = await Deck.open(simulatedDeck(options, instances));
  decks.push(deck);
  const landing = await deck.fly(
    legOf(queriesAt(poissonTimes(qps, count)), { maxBatch, meanGapNs: 1e9 / qps }),
  );
  expect(landing.faults).toEqual([]);
  return landing.record;
}

function measuredMs(record: FlightRecord): number[] {
  return Array.from(record.completed, (completed, row) => (completed - record.scheduled[row]!) / 1e6);
}

/** Lindley's recursion: what an ideal single server with this constant service time would have given each query. */
function lindleyMs(scheduled: Float64Array, serviceMs: number): number[] {
  let free = 0;
  return Array.from(scheduled, (ns) => {
    const arrival = ns / 1e6;
    free = Math.max(arrival, free) + serviceMs;
    return free - arrival;
  });
}

/** Servers that take up to `maxBatch` waiting queries, first come first served, whenever one is free. */
function batchQueueMs(
  scheduled: Float64Array,
  servers: number,
  maxBatch: number,
  serviceMs: (size: number) => number,
): number[] {
  const free = new Array<number>(servers).fill(0);
  const latencies: number[] = [];
  const arrivals = Array.from(scheduled, (ns) => ns / 1e6);
  for (let next = 0; next < arrivals.length; ) {
    const server = free.indexOf(Math.min(...free));
    const start = Math.max(free[server]!, arrivals[next]!);
    let size = 0;
    while (size < maxBatch && next + size < arrivals.length && arrivals[next + size]! <= start) size++;
    free[server] = start + serviceMs(size);
    for (let i = 0; i < size; i++) latencies.push(free[server]! - arrivals[next + i]!);
    next += size;
  }
  return latencies;
}

function expectAgreement(measured: number[], ideal: number[]): void {
  for (const p of [0.5, 0.99]) {
    const ratio = percentile(measured, p) / percentile(ideal, p);
    expect(ratio, `p${100 * p}: measured over ideal`).toBeGreaterThan(0.98);
    expect(ratio, `p${100 * p}: measured over ideal`).toBeLessThan(1.02);
  }
}

// A shared machine may take the cores away for tens of milliseconds, so a run may be tried again; the bound stays.
describe('measured latencies agree with queueing theory over the schedule that was issued', {
  retry: 3,
}, () => {
  for (const load of [0.5, 0.8]) {
    it(`one instance with constant service time at ${100 * load}% load: Lindley's recursion`, async () => {
      const serviceMs = 40;
      const record = await fly({ fixedMs: serviceMs }, 1, 1, (1000 / serviceMs) * load, 240);
      expectAgreement(measuredMs(record), lindleyMs(record.scheduled, serviceMs));
    });
  }

  it('four instances with batches of up to 8: a direct simulation of that queue', async () => {
    const serviceMs = (size: number) => 40 + 2 * size;
    const record = await fly({ fixedMs: 40, perSampleMs: 2 }, 4, 8, 250, 2000);
    expectAgreement(measuredMs(record), batchQueueMs(record.scheduled, 4, 8, serviceMs));
    expect(Math.max(...record.batch) + 1, 'queries shared batches').toBeLessThan(1500);
  });
});
