import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { loadPublished } from '../../src/results/published.js';
import { readResults } from '../../src/results/read/results.js';
import { itWithShared, sharedPath } from '../helpers/shared.js';

/** For people to read; nothing of baremark does. */
const pairs = parse(readFileSync(new URL('../../results/published/virtual_pairs.csv', import.meta.url)), {
  columns: true,
}) as Record<string, string>[];

describe('the published tables', () => {
  it('give per-accelerator rates that MLCommons published', async () => {
    const results = await loadPublished();
    const rate = (system: string, benchmark: string, scenario: string) => {
      const row = results.find(
        (one) => one.system === system && one.benchmark === benchmark && one.scenario === scenario,
      )!;
      expect(row.samplesPerSecondPerAccelerator).toBe(row.samplesPerSecond / row.accelerators);
      return row.samplesPerSecondPerAccelerator;
    };
    expect(rate('L4x1_TRT', 'bert-99', 'Offline')).toBe(1032.08);
    expect(rate('XE9680_H200_SXM_141GBx8_TRT', 'bert-99', 'Server')).toBeCloseTo(7261.92, 2);
    const keys = results.map((row) => Object.values(row).slice(0, 6).join());
    expect(new Set(keys).size).toBe(results.length);
  });

  it('hold the pairs of bare metal and VM as MLCommons published them', () => {
    const share = (p99: string | undefined, bound: string | undefined) =>
      Math.round((100 * Number(p99)) / Number(bound));
    const figures = pairs.map((pair) => [
      `${pair.benchmark} ${pair.scenario}`,
      Number(pair.bare_metal_samples_per_s),
      Number(pair.virtual_samples_per_s),
      // The bound in milliseconds, and p99 as a share of it in percent.
      ...(pair.bound_ms
        ? [
            Number(pair.bound_ms),
            share(pair.bare_metal_p99_ms, pair.bound_ms),
            share(pair.virtual_p99_ms, pair.bound_ms),
          ]
        : []),
    ]);
    expect(figures).toEqual([
      ['bert-99 Offline', 8465.57, 8475.47],
      ['bert-99 Server', 7871.94, 7801.53, 130, 83, 77],
      ['bert-99.9 Offline', 4228.25, 4183.17],
      ['bert-99.9 Server', 3814.94, 3602.11, 130, 98, 63],
      ['ssd-resnet34 Offline', 2450.72, 2452.84],
      ['ssd-resnet34 Server', 2390.05, 2310.39, 100, 84, 39],
    ]);
  });

  itWithShared(['mlperf-results/v1.1'], 'hold the pair as its logs say', async () => {
    const { systems } = await readResults(sharedPath('mlperf-results', 'v1.1'));
    expect(pairs).toHaveLength(6);
    for (const pair of pairs)
      for (const [i, side] of ['bare_metal', 'virtual'].entries()) {
        const { name, runs } = systems[i]!;
        const run = runs.find((one) => one.benchmark === pair.benchmark && one.scenario === pair.scenario)!;
        expect([name, run.throughput?.value, run.latencyMs?.p99, run.boundMs]).toEqual([
          pair[`${side}_system`],
          Number(pair[`${side}_samples_per_s`]),
          Number(pair[`${side}_p99_ms`]),
          pair.bound_ms ? Number(pair.bound_ms) : undefined,
        ]);
      }
  });
});
