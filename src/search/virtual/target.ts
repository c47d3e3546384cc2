/** A system in virtual time as a peak search asks it: only probes take time, and one follows at once upon the other. */
import { Progress, ServiceTimes } from '../../backends/simulated/device-model.js';
import { serverDueTimes } from '../../loadgen/index.js';
import type { PeakTarget, ProbeRequest, ServedProbe } from '../peak/contract.js';
import { lookS, saturationWatch } from '../peak/saturation.js';
import { serve } from '../serve.js';
import { BatchLog } from './batch-log.js';
import type { VirtualSystem } from './system.js';

/** @param seed of arrivals, service times and stalls; the same seed and requests give the same probes */
export function virtualTarget(system: VirtualSystem, seed: number): PeakTarget {
  const { instances, maxBatch, maxWaitNs, bound, device } = system;
  const held = maxWaitNs > 0 ? { maxWaitNs, boundNs: bound.ns } : {};
  const padding = { pad: 'longest', maxLength: 0 } as const;
  const policy = { maxBatch, order: 'arrival', buckets: [], padding, ...held } as const;
  const serviceTimes = new ServiceTimes(device, seed);
  const progress = new Progress(device, seed);
  // Time goes on from probe to probe, and with it slices, stalls and drift.
  let nowNs = 0;

  const probe = ({ targetQps, queries, number }: ProbeRequest): ServedProbe => {
    const scheduledNs = serverDueTimes(targetQps, queries, scheduleSeed(seed, number));
    const completedNs = new Float64Array(queries);
    const log = new BatchLog();
    const zeroNs = nowNs;
    let issued = 0;
    let served = 0;
    let lastNs = 0;
    // As at a real probe: it is looked at now and then whether its queue has grown too long.
    const hopeless = saturationWatch(scheduledNs, bound.ns);
    let lookNs = 1e9 * lookS;
    const turnedAway = serve(
      () => (issued < queries ? scheduledNs[issued++]! : Number.POSITIVE_INFINITY),
      {
        instances,
        policy,
        endOf: (size, startNs) => {
          const atNs = zeroNs + startNs;
          return progress.endOf(atNs, serviceTimes.next(size, atNs)) - zeroNs;
        },
        closesAt: (_oldestNs, untilNs) => {
          for (; lookNs < untilNs; lookNs += 1e9 * lookS) {
            // At each look as much has been served as now, and the next query waits if it has come.
            const issued = scheduledNs[queries - 1]! < lookNs ? queries : served + 1;
            if (hopeless({ elapsedNs: lookNs, issued, completed: served, failed: 0 })) return lookNs;
          }
          return Number.POSITIVE_INFINITY;
        },
      },
      ({ size, startNs, endNs, instance }) => {
        for (const end = served + size; served < end; served++) completedNs[served] = endNs;
        lastNs = Math.max(lastNs, endNs);
        log.add(size, startNs, endNs, instance);
      },
    );
    nowNs += lastNs;
    return {
      targetQps,
      // What was never issued is not kept either.
      scheduledNs: turnedAway ? scheduledNs.slice(0, served) : scheduledNs,
      completedNs: turnedAway ? completedNs.slice(0, served) : completedNs,
      batches: log.batches(),
      durationS: lastNs / 1e9,
      ended: turnedAway ? 'over-saturated' : 'complete',
    };
  };

  return {
    instances,
    policy,
    bound,
    elapsedS: () => nowNs / 1e9,
    serve: async (request) => probe(request),
  };
}

/** Each probe has arrivals of its own, and each seed has other ones; the generator takes 32 bits. */
function scheduleSeed(seed: number, number: number): bigint {
  return BigInt.asUintN(32, BigInt(seed) * 0x9e3779b97f4a7c15n + BigInt(number));
}
