/**
 * A search as AIPerf 0.13 describes its `smooth_isotonic` planner (docs/sweeping/bayesian-optimization.md there), over the
 * rate instead of concurrency, with the finest of its settings: 10,000 requests a probe ("tight"), a warm-up of 30 s at a
 * new level and of 15 s at a replicate, doubling until the first breach, three levels between, isotonic regression of the
 * margin joined by PCHIP, and 3 to 20 replicates at the candidate. Its interval is the bootstrap over replicates, here of
 * the rate, and it goes on until that is as narrow as ours is asked to be and the candidate has been tried.
 */
import { randomNumbers } from '../../../src/base/random.js';
import type { VirtualSystem } from '../../../src/search/virtual/system.js';
import { pooled, rootOf } from './isotonic.js';
import { Runs } from './runs.js';
import type { Found } from './searches.js';

const requests = 10_000;
const [fewest, most] = [3, 20];
const resamples = 300;
const precision = 0.02;
const mostProbes = 150;

export function isotonicSearch(system: VirtualSystem, seed: number): Found {
  const runs = new Runs(system, seed);
  const random = randomNumbers(seed + 11);
  /** Margins of the replicates by rate: by how much the percentile is over the bound. */
  const levels = new Map<number, number[]>();
  let probes = 0;
  const probe = (qps: number, replicates: number) => {
    const margins = levels.get(qps) ?? [];
    levels.set(qps, margins);
    for (let i = 0; i < replicates; i++) {
      const warmUpS = margins.length === 0 ? 30 : 15;
      const { latenciesNs } = runs.run({ qps, queries: requests, warmUpS });
      const sorted = Float64Array.from(latenciesNs).sort();
      margins.push(sorted[Math.floor(sorted.length * system.bound.percentile)]! / system.bound.ns - 1);
      probes++;
    }
    return mean(margins);
  };
  const found = (qps: number, [lowQps, highQps]: readonly [number, number]): Found => {
    return { qps, lowQps, highQps, simulatedS: runs.nowNs / 1e9 };
  };

  let low = runs.offlineQps() / 16;
  let high = Number.NaN;
  while (probe(low, 1) > 0) {
    high = low;
    low /= 2;
    if (probes > 12) return found(0, [0, 0]);
  }
  if (Number.isNaN(high)) for (high = 2 * low; probe(high, 1) <= 0; high *= 2) low = high;
  for (const share of [0.25, 0.5, 0.75]) probe(low + share * (high - low), fewest);

  for (;;) {
    const rates = [...levels.keys()].sort((a, b) => a - b);
    const root = curveRoot(rates, (rate) => levels.get(rate)!) ?? (low + high) / 2;
    const roots = Array.from({ length: resamples }, () =>
      curveRoot(rates, (rate) =>
        levels.get(rate)!.map((_, __, all) => all[Math.floor(random() * all.length)]!),
      ),
    ).filter((rate) => rate !== undefined);
    const interval =
      roots.length > resamples / 2 ? quantiles(roots) : ([0, Number.POSITIVE_INFINITY] as const);
    const near = rates.find((rate) => Math.abs(rate / root - 1) < 0.005);
    const narrow = interval[1] - interval[0] <= 2 * precision * root;
    // A root between levels far apart is a guess: it has to be tried.
    if ((narrow && near !== undefined) || probes >= mostProbes) return found(root, interval);
    if (near === undefined) probe(root, fewest);
    else if (levels.get(near)!.length < most) probe(near, fewest);
    else probe(root * (1 + 0.04 * (random() - 0.5)), fewest);
  }
}

function curveRoot(rates: readonly number[], marginsAt: (rate: number) => readonly number[]) {
  const points = rates.map((at) => {
    const margins = marginsAt(at);
    return { at, value: mean(margins), weight: margins.length };
  });
  return rootOf(rates, pooled(points));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function quantiles(values: readonly number[]): readonly [number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return [at(0.025), at(0.975)];
}
