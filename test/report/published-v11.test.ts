import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../src/compare/compare-systems.js';
import { compareHtml } from '../../src/report/compare/html.js';
import { compareTable } from '../../src/report/compare/table.js';
import { loadPublished } from '../../src/results/published.js';
import { readResults } from '../../src/results/read/results.js';
import { hasShared, sharedPath } from '../helpers/shared.js';

const dell = ['mlperf-results', 'v1.1', 'closed', 'Dell', 'results'] as const;

/** The published table: bare metal, VM, ratio; for Server the rates asked for and the shares of the bound. */
const expected = [
  ['bert-99', 'Offline', 8465.57, 8475.47, '1.001'],
  ['bert-99', 'Server', 7871.94, 7801.53, '0.991', [7870, 7800], [83, 77]],
  ['bert-99.9', 'Offline', 4228.25, 4183.17, '0.989'],
  ['bert-99.9', 'Server', 3814.94, 3602.11, '0.944', [3812, 3600], [98, 63]],
  ['ssd-resnet34', 'Offline', 2450.72, 2452.84, '1.001'],
  ['ssd-resnet34', 'Server', 2390.05, 2310.39, '0.967', [2389, 2310], [84, 39]],
] as const;

describe.skipIf(!hasShared(...dell))('the published v1.1 pair (needs ../shared/mlperf-results)', async () => {
  const read = async (system: string) =>
    (await readResults(sharedPath(...dell, system))).systems.find(({ name }) => name === system)!;
  const load = async () =>
    compareSystems(await read('R7525_A100-PCIE-40GBx3_TRT'), [await read('R7525_vA100-PCIE-40GBx3_TRT')], {
      marginPercent: 5,
      published: (await loadPublished()).results.map((row) => ({
        ...row,
        samplesPerSecondPerAccelerator: row.samplesPerSecond / row.accelerators,
      })),
    });

  it('has the published ratios, without an interval or a claim that logs cannot carry', async () => {
    const { pairs, unpaired } = (await load()).candidates[0]!;
    expect(unpaired).toEqual([]);
    expect(
      pairs.map((pair) => [
        pair.benchmark,
        pair.scenario,
        pair.baseline.value,
        pair.candidate.value,
        pair.ratio!.toFixed(3),
      ]),
    ).toEqual(expected.map((row) => row.slice(0, 5)));
    for (const pair of pairs) {
      expect(pair.interval.kind).toBe('none');
      // The baseline is itself in the table: the range holds it.
      const { lowest, highest, baseline, round, results } = pair.published!;
      expect(round).toBe('1.1');
      expect(results).toBeGreaterThan(2);
      expect(baseline).toBeGreaterThanOrEqual(lowest * (1 - 1e-9));
      expect(baseline).toBeLessThanOrEqual(highest * (1 + 1e-9));
      expect(pair.verdict.kind).toBe(pair.scenario === 'Server' ? 'not comparable' : 'undecided');
      expect(pair.rates).toBe(pair.scenario === 'Server' ? 'requested rates' : undefined);
    }
  });

  it('says the asked rates and the shares of the bound in the table and on the page', async () => {
    const comparison = await load();
    const flat = (text: string) => text.replace(/\s+/g, ' ');
    const table = flat(compareTable(comparison));
    const page = flat(await compareHtml(comparison));
    for (const [, , , , ratio, asked, shares] of expected) {
      expect(table).toContain(ratio);
      expect(page).toContain(ratio);
      if (!asked || !shares) continue;
      for (const text of [table, page]) {
        expect(text).toContain(`Requested: ${asked[0]} and ${asked[1]} queries/s.`);
        expect(text).toContain(`${shares[0]}% and ${shares[1]}% of the bound`);
      }
    }
    expect(table).toMatch(/confounds CPU cores +32 +64/);
    expect(table).toMatch(/confounds memory +512 GB +1 TB/);
  }, 30_000);
});
