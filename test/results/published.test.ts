import { describe, expect, it } from 'vitest';
import { loadPublished } from '../../src/results/published.js';
import { readResults } from '../../src/results/read/results.js';
import { hasShared, sharedPath } from '../helpers/shared.js';

describe('the published tables', () => {
  it('give per-accelerator rates that MLCommons published', async () => {
    const { results } = await loadPublished();
    const rate = (system: string, benchmark: string, scenario: string) => {
      const row = results.find(
        (one) => one.system === system && one.benchmark === benchmark && one.scenario === scenario,
      )!;
      return row.samplesPerSecond / row.accelerators;
    };
    expect(rate('L4x1_TRT', 'bert-99', 'Offline')).toBe(1032.08);
    expect(rate('XE9680_H200_SXM_141GBx8_TRT', 'bert-99', 'Server')).toBeCloseTo(7261.92, 2);
    const keys = results.map((row) => Object.values(row).slice(0, 6).join());
    expect(new Set(keys).size).toBe(results.length);
  });

  it.skipIf(!hasShared('mlperf-results', 'v1.1'))(
    'hold the pair as its logs say (needs ../shared/mlperf-results)',
    async () => {
      const { pairs } = await loadPublished();
      const { systems } = await readResults(sharedPath('mlperf-results', 'v1.1'));
      expect(pairs).toHaveLength(6);
      for (const pair of pairs)
        for (const [i, side] of [pair.bareMetal, pair.virtual].entries()) {
          const { name, runs } = systems[i]!;
          const run = runs.find((one) => one.benchmark === pair.benchmark && one.scenario === pair.scenario)!;
          expect([name, run.throughput?.value, run.latencyMs?.p99, run.boundMs]).toEqual([
            side.system,
            side.samplesPerSecond,
            side.p99Ms,
            pair.boundMs,
          ]);
        }
    },
  );
});
