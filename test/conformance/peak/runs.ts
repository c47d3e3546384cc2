/** Runs of a system in virtual time as other programs make them: of full length, and however long the queue grows. */
import { Progress, ServiceTimes } from '../../../src/backends/simulated/device-model.js';
import { randomNumbers } from '../../../src/base/random.js';
import { serve } from '../../../src/search/serve.js';
import type { VirtualSystem } from '../../../src/search/virtual/system.js';

export interface RunRequest {
  readonly qps: number;
  /** Queries are sent for so long, or so many of them. */
  readonly seconds?: number;
  readonly queries?: number;
  /** Latencies of queries sent before this are left out, seconds. */
  readonly warmUpS?: number;
}

export interface Run {
  readonly queries: number;
  readonly over: number;
  /** Latencies of up to a hundred thousand queries, nanoseconds. */
  readonly latenciesNs: readonly number[];
}

const keptLatencies = 1e5;

export class Runs {
  /** Virtual time that all runs took. */
  nowNs = 0;
  private readonly serviceTimes: ServiceTimes;
  private readonly progress: Progress;
  private readonly random: () => number;

  constructor(
    private readonly system: VirtualSystem,
    seed: number,
  ) {
    this.serviceTimes = new ServiceTimes(system.device, seed);
    this.progress = new Progress(system.device, seed);
    this.random = randomNumbers(seed + 7);
  }

  run({
    qps,
    seconds = Number.POSITIVE_INFINITY,
    queries = Number.POSITIVE_INFINITY,
    warmUpS = 0,
  }: RunRequest): Run {
    const { instances, maxBatch, maxWaitNs, bound } = this.system;
    const zeroNs = this.nowNs;
    const latenciesNs: number[] = [];
    const counts = { sent: 0, measured: 0, over: 0, lastNs: 0 };
    let dueNs = 0;
    serve(
      () => {
        dueNs -= (Math.log(1 - this.random()) / qps) * 1e9;
        if (dueNs >= seconds * 1e9 || counts.sent >= queries) return Number.POSITIVE_INFINITY;
        if (dueNs >= warmUpS * 1e9) counts.sent++;
        return dueNs;
      },
      {
        instances,
        policy: { maxBatch, maxWaitNs, boundNs: bound.ns },
        endOf: (size, startNs) => {
          const atNs = zeroNs + startNs;
          return this.progress.endOf(atNs, this.serviceTimes.next(size, atNs)) - zeroNs;
        },
      },
      ({ arrivals, size, endNs }) => {
        counts.lastNs = Math.max(counts.lastNs, endNs);
        for (let i = 0; i < size; i++) {
          if (arrivals[i]! < warmUpS * 1e9) continue;
          const latencyNs = endNs - arrivals[i]!;
          counts.measured++;
          if (latencyNs > bound.ns) counts.over++;
          if (latenciesNs.length < keptLatencies) latenciesNs.push(latencyNs);
        }
      },
    );
    this.nowNs += counts.lastNs;
    return { queries: counts.measured, over: counts.over, latenciesNs };
  }

  /** Queries per second where all are there at once: what Offline measures. */
  offlineQps(): number {
    const { instances, maxBatch } = this.system;
    const before = this.nowNs;
    const queries = 20 * instances * maxBatch;
    this.run({ qps: 1e12, queries });
    return (queries * 1e9) / (this.nowNs - before);
  }
}
