/** Latencies of made-up runs. All are exponential with mean 1, so that the percentile p of the long run is −ln(1 − p). */
import { cumulativeStdNormalProbability } from 'simple-statistics';
import { seededRandom } from '../../../src/compare/statistics/random.js';

export type Latencies = (count: number, seed: number) => Float64Array;

/** Standard normal numbers by the polar transform. */
export function normals(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export const independent: Latencies = (count, seed) => {
  const random = seededRandom(seed);
  return Float64Array.from({ length: count }, () => -Math.log(1 - random()));
};

/** Neighbours hang together by `memory`: an AR(1) process, its values turned into exponential ones. */
export const correlated =
  (memory: number): Latencies =>
  (count, seed) => {
    const normal = normals(seededRandom(seed));
    let state = normal();
    return Float64Array.from({ length: count }, () => {
      const probability = cumulativeStdNormalProbability(state);
      state = memory * state + Math.sqrt(1 - memory ** 2) * normal();
      return -Math.log(Math.max(1e-12, 1 - probability));
    });
  };

/** A queue of one server (M/M/1) at this load, in its steady state: the time in it is exponential. */
export const queued =
  (load: number): Latencies =>
  (count, seed) => {
    const random = seededRandom(seed);
    const exponential = () => -Math.log(1 - random());
    let wait = random() < load ? exponential() / (1 - load) : 0;
    return Float64Array.from({ length: count }, () => {
      const time = wait + exponential();
      wait = Math.max(0, time - exponential() / load);
      return time * (1 - load);
    });
  };
