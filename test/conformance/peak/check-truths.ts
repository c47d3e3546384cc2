/**
 * Checks the truths of our own systems by runs much longer than those that found them, with other seeds:
 * `npx tsx test/conformance/peak/check-truths.ts [QUERIES [NAME…]]`. Prints where three runs around each truth place it, in
 * percent of it, and the standard error of that.
 */
import type { VirtualSystem } from '../../../src/search/virtual/system.js';
import { longRun } from './long-run.js';
import { ownSystems, systemOf } from './systems.js';
import { secondsFor } from './truth.js';

const logit = (share: number) => Math.log(share / (1 - share));
const sides = [-1, 0, 1] as const;

/** Where the line through three runs' log odds, 0.5% apart, is as allowed: percent off the truth that is stated. */
function offset(system: VirtualSystem, truth: number, queries: number) {
  const apart = 0.005;
  const runs = sides.map((side) => {
    const qps = truth * (1 + side * apart);
    return longRun(system, qps, secondsFor(system, qps, queries), 977 + side);
  });
  const allowed = logit(1 - system.bound.percentile);
  const odds = runs.map(({ share }) => logit(Math.min(0.99, Math.max(1e-6, share))) - allowed);
  const errors = runs.map(({ share, error }) => error / (share * (1 - share)));
  const slope = (odds[2]! - odds[0]!) / 2;
  const mean = (odds[0]! + odds[1]! + odds[2]!) / 3;
  const error = Math.hypot(...errors) / 3;
  return {
    percent: ((-mean / slope) * apart * 100).toFixed(3),
    error: ((error / slope) * apart * 100).toFixed(3),
  };
}

const [queries = '3e7', ...names] = process.argv.slice(2);
for (const file of ownSystems()) {
  const system = systemOf(file);
  if (!system.truth || (names.length > 0 && !names.includes(system.name))) continue;
  const { percent, error } = offset(system, system.truth, Number(queries));
  console.log(`${system.name} ${system.truth} ${percent} ${error}`);
}
