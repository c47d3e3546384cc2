/**
 * The rule of LoadGen's FindPeakPerformance mode (its loadgen.cc and results.cc): from a rate that holds it doubles until
 * one does not, then halves the distance until both agree to a tenth of a query per second. One run of full length a rate;
 * it holds where the latency at the percentile is within the bound.
 */
import type { VirtualSystem } from '../../../src/search/virtual/system.js';
import { Runs } from './runs.js';
import type { Found } from './searches.js';

/** Its server_find_peak_qps_decimals_of_precision is 1. */
const perQps = 10;

export function loadgenSearch(system: VirtualSystem, seed: number): Found {
  const runs = new Runs(system, seed);
  const seconds = system.rules === 'quick' ? 10 : 600;
  const holds = (qps: number) => {
    const { queries, over } = runs.run({ qps, seconds });
    // The latency at position n · percentile in rising order is within the bound.
    return over < queries - Math.floor(queries * system.bound.percentile);
  };
  // Its user has to give a rate that holds: half of Offline's, halved until it does.
  let low = runs.offlineQps() / 2;
  let missed = Number.NaN;
  while (!holds(low)) {
    missed = low;
    low /= 2;
    if (low * perQps < 1) return found(0);
  }
  let high = missed;
  if (Number.isNaN(high)) for (high = 2 * low; holds(high); high *= 2) low = high;
  while (Math.floor(low * perQps) + 1 < Math.floor(high * perQps)) {
    const middle = low + (high - low) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return found(low);

  function found(qps: number): Found {
    return { qps, lowQps: Number.NaN, highQps: Number.NaN, simulatedS: runs.nowNs / 1e9 };
  }
}
