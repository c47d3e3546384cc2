import { describe, expect, it } from 'vitest';
import { loadPublished, publishedAccelerator, publishedSpread } from '../../src/results/published.js';
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

  it('show how far apart the same card lies in one round', async () => {
    const { results } = await loadPublished();
    // Round 1.1: 2816.53 (one card, Gigabyte) to 5914.13 ÷ 2 = 2957.065 (Inspur).
    expect(publishedSpread(results, 'A100-PCIe-40', 'bert-99', 'Offline', '1.1')).toEqual({
      count: 5,
      lowest: 2816.53,
      highest: 2957.065,
      relative: 2957.065 / 2816.53 - 1,
    });
    expect(publishedSpread(results, 'A2', 'bert-99', 'Offline')).toBeUndefined();
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

  it.each([
    ['NVIDIA A100-PCIE-40GB', 'A100-PCIe-40'],
    ['NVIDIA A100 80GB PCIe', 'A100-PCIe-80'],
    ['NVIDIA A100-SXM4-80GB', 'A100-SXM-80'],
    ['NVIDIA H100 80GB HBM3', 'H100-SXM'],
    ['NVIDIA H100 PCIe', 'H100-PCIe'],
    ['NVIDIA H100 NVL', 'H100-NVL'],
    ['NVIDIA H200', 'H200-SXM'],
    ['NVIDIA GH200 480GB', 'GH200-96'],
    ['Tesla T4', 'T4'],
    ['NVIDIA A10', 'A10'],
    ['NVIDIA A2', 'A2'],
    ['NVIDIA L40S', 'L40S'],
    ['NVIDIA L4', 'L4'],
    ['NVIDIA RTX A2000', undefined],
    ['GRID A100-40C', undefined],
    ['NVIDIA GeForce RTX 4090', undefined],
  ])('know %s as %s', (model, name) => {
    expect(publishedAccelerator(model)).toBe(name);
  });

  it('know a vGPU by its card', () => {
    expect(publishedAccelerator('GRID A100-40C', 'PCIe')).toBe('A100-PCIe-40');
  });
});
