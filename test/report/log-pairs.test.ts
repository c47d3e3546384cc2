/** A pair of bare metal and VM, read from MLPerf logs, compared and reported: that of v1.1, and one of our own. */
import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../src/compare/compare-systems.js';
import { compareHtml } from '../../src/report/compare/html.js';
import { compareTable } from '../../src/report/compare/table.js';
import { loadPublished } from '../../src/results/published.js';
import { readResults } from '../../src/results/read/results.js';
import { goldenPath } from '../helpers/golden.js';
import { describeWithShared, sharedPath } from '../helpers/shared.js';

interface PairOfLogs {
  readonly folder: string;
  readonly systems: readonly [string, string];
  /** Bare metal, VM, ratio; for Server the rates asked for and the shares of the bound. */
  readonly rows: readonly (readonly [
    benchmark: string,
    scenario: string,
    bare: number,
    vm: number,
    ratio: string,
    asked?: readonly [number, number],
    shares?: readonly [number, number],
  ])[];
  /** The published results beside the baseline: of one round or, where it is in none, of all. */
  readonly round: string | undefined;
  /** Results, lowest and highest per accelerator. */
  readonly published: readonly (readonly [number, number, number])[];
  readonly confounds: readonly RegExp[];
}

function describePair({ folder, systems, rows, round, published, confounds }: PairOfLogs): void {
  const read = async (system: string) =>
    (await readResults(`${folder}/${system}`)).systems.find(({ name }) => name === system)!;
  const load = async () =>
    compareSystems(await read(systems[0]), [await read(systems[1])], {
      marginPercent: 5,
      published: await loadPublished(),
    });

  it('has the ratios of its logs, without an interval or a claim that logs cannot carry', async () => {
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
    ).toEqual(rows.map((row) => row.slice(0, 5)));
    for (const [i, pair] of pairs.entries()) {
      expect(pair.interval.kind).toBe('none');
      expect(pair.verdict.kind).toBe(pair.scenario === 'Server' ? 'not comparable' : 'undecided');
      expect(pair.rates).toBe(pair.scenario === 'Server' ? 'requested rates' : undefined);
      const [results, lowest, highest] = published[i]!;
      expect(pair.published).toMatchObject({ round, results });
      expect(pair.published!.lowest).toBeCloseTo(lowest, 2);
      expect(pair.published!.highest).toBeCloseTo(highest, 2);
    }
  });

  it('says the asked rates and the shares of the bound in the table and on the page', async () => {
    const comparison = await load();
    const flat = (text: string) => text.replace(/\s+/g, ' ');
    const table = flat(compareTable(comparison));
    const page = flat(await compareHtml(comparison));
    for (const [, , , , ratio, asked, shares] of rows) {
      expect(table).toContain(ratio);
      expect(page).toContain(ratio);
      if (!asked || !shares) continue;
      for (const text of [table, page]) {
        expect(text).toContain(`Requested: ${asked[0]} and ${asked[1]} queries/s.`);
        expect(text).toContain(`${shares[0]}% and ${shares[1]}% of the bound`);
      }
    }
    for (const confound of confounds) expect(table).toMatch(confound);
  }, 30_000);
}

describe('a pair of our own', () =>
  describePair({
    folder: goldenPath('submission', 'closed', 'Example', 'results'),
    systems: ['rack', 'rack-vm'],
    rows: [
      ['bert-99', 'Offline', 1338.34, 1153.24, '0.862'],
      ['bert-99', 'Server', 410.11, 384.24, '0.937', [400, 380], [12, 74]],
      ['ssd-resnet34', 'Offline', 353.582, 270.179, '0.764'],
      ['ssd-resnet34', 'Server', 109.93, 105.92, '0.964', [110, 106], [28, 60]],
    ],
    round: undefined,
    published: [
      [5, 2816.53, 2957.065],
      [4, 2599.61, 2725.18],
      [5, 816.907, 859.995],
      [4, 770.24, 834.75],
    ],
    confounds: [/confounds CPU cores +24 +12/, /confounds memory +256 GB +64 GB/],
  }));

describeWithShared(['mlperf-results/v1.1'], 'the published v1.1 pair', () =>
  describePair({
    folder: sharedPath('mlperf-results', 'v1.1', 'closed', 'Dell', 'results'),
    systems: ['R7525_A100-PCIE-40GBx3_TRT', 'R7525_vA100-PCIE-40GBx3_TRT'],
    rows: [
      ['bert-99', 'Offline', 8465.57, 8475.47, '1.001'],
      ['bert-99', 'Server', 7871.94, 7801.53, '0.991', [7870, 7800], [83, 77]],
      ['bert-99.9', 'Offline', 4228.25, 4183.17, '0.989'],
      ['bert-99.9', 'Server', 3814.94, 3602.11, '0.944', [3812, 3600], [98, 63]],
      ['ssd-resnet34', 'Offline', 2450.72, 2452.84, '1.001'],
      ['ssd-resnet34', 'Server', 2390.05, 2310.39, '0.967', [2389, 2310], [84, 39]],
    ],
    round: '1.1',
    published: [
      [5, 2816.53, 2957.065],
      [3, 2599.61, 2623.98],
      [3, 1409.417, 1461.163],
      [3, 1200.195, 1271.647],
      [4, 816.907, 849.841],
      [3, 770.24, 800.211],
    ],
    confounds: [/confounds CPU cores +32 +64/, /confounds memory +512 GB +1 TB/],
  }),
);
