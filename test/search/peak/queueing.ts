/** A system whose peak is known by a formula: one server, exponential service times (M/M/1). */
import { randomNumbers } from '../../../src/base/random.js';
import type { PeakTarget, ProbeRequest, ServedProbe } from '../../../src/search/peak/contract.js';

export interface Server {
  /** Batches per second. */
  readonly serviceRate: number;
  readonly boundS: number;
  readonly percentile: number;
  readonly seed: number;
}

/**
 * The rate at which `percentile` of the times in an M/M/1 system are within the bound: these times are exponential with
 * the rate μ − λ, so that exp(−(μ − λ)·bound) = 1 − percentile.
 */
export function peakOf({ serviceRate, boundS, percentile }: Server): number {
  return serviceRate + Math.log(1 - percentile) / boundS;
}

/** Serves in virtual time; `requests` is filled with what was asked of it. */
export function singleServer(server: Server, requests: ProbeRequest[] = []): PeakTarget {
  const random = randomNumbers(server.seed);
  const drawNs = (rate: number) => (-Math.log(1 - random()) / rate) * 1e9;
  let elapsedS = 0;
  return {
    instances: 1,
    policy: { maxBatch: 1, order: 'arrival', buckets: [], padding: { pad: 'longest', maxLength: 0 } },
    bound: { ns: server.boundS * 1e9, percentile: server.percentile },
    elapsedS: () => elapsedS,
    async serve(request): Promise<ServedProbe> {
      requests.push(request);
      const { queries, targetQps } = request;
      const scheduledNs = new Float64Array(queries);
      const startedNs = new Float64Array(queries);
      const completedNs = new Float64Array(queries);
      let arrivalNs = 0;
      let freeNs = 0;
      for (let i = 0; i < queries; i++) {
        arrivalNs += drawNs(targetQps);
        scheduledNs[i] = arrivalNs;
        startedNs[i] = Math.max(arrivalNs, freeNs);
        freeNs = startedNs[i]! + drawNs(server.serviceRate);
        completedNs[i] = freeNs;
      }
      elapsedS += freeNs / 1e9;
      const sizes = new Int32Array(queries).fill(1);
      const batches = { sizes, startedNs, completedNs, instance: new Uint8Array(queries) };
      return { targetQps, scheduledNs, completedNs, batches, durationS: freeNs / 1e9, ended: 'complete' };
    },
  };
}
