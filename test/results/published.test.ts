import { describe, expect, it } from 'vitest';
import { loadPublished } from '../../src/results/published.js';
import { readResults } from '../../src/results/read/results.js';
import { itWithShared, sharedPath } from '../helpers/shared.js';

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

  it('hold the pairs of bare metal and VM as MLCommons published them', async () => {
    const { pairs } = await loadPublished();
    const figures = pairs.map(({ benchmark, scenario, boundMs, bareMetal, virtual }) => [
      `${benchmark} ${scenario}`,
      boundMs,
      bareMetal.samplesPerSecond,
      virtual.samplesPerSecond,
      // p99 as a share of the bound, in percent.
      ...(boundMs ? [bareMetal, virtual].map(({ p99Ms }) => Math.round((100 * p99Ms) / boundMs)) : []),
    ]);
    expect(figures).toEqual([
      ['bert-99 Offline', undefined, 8465.57, 8475.47],
      ['bert-99 Server', 130, 7871.94, 7801.53, 83, 77],
      ['bert-99.9 Offline', undefined, 4228.25, 4183.17],
      ['bert-99.9 Server', 130, 3814.94, 3602.11, 98, 63],
      ['ssd-resnet34 Offline', undefined, 2450.72, 2452.84],
      ['ssd-resnet34 Server', 100, 2390.05, 2310.39, 84, 39],
    ]);
  });

  itWithShared(['mlperf-results/v1.1'], 'hold the pair as its logs say', async () => {
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
  });
});
