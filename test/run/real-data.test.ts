import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import { readRecord } from '../../src/results/read/record.js';
import { runPlan } from '../../src/run/index.js';
import { goldenPath } from '../helpers/golden.js';
import { describeWithShared, sharedPath } from '../helpers/shared.js';

const out = mkdtempSync(join(tmpdir(), 'baremark-real-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

interface Case {
  readonly model: string;
  readonly dir: string;
  readonly dataset: string;
  /** Samples in the data set. */
  readonly total: number;
  readonly qps: string;
}

function describeCase({ model, dir, dataset, total, qps }: Case): void {
  it.each(['Offline', 'Server'])('%s', async (scenario) => {
    const place = mkdtempSync(join(out, 'run-'));
    const plan = buildPlan({
      options: {
        model: [model],
        scenario: [scenario],
        dataset: [dir],
        'min-duration': '2s',
        'min-queries': '8',
        ...(scenario === 'Server' && { 'target-qps': qps }),
        system: 'test',
        out: place,
      },
      folder: process.cwd(),
    });
    const [document] = await runPlan(plan, { onEvent: () => {}, signal: new AbortController().signal });
    expect(document!.dataset).toMatchObject({ name: dataset, totalSampleCount: total });
    expect(document!.result.failed).toBe(0);
    expect(document!.sut.provider).toBe('CPUExecutionProvider');
    const folder = join(place, 'test', model, scenario, 'performance', 'run_1');
    const record = await readRecord(join(folder, 'queries.arrow'));
    expect(record.rowCount).toBe(document!.result.samples);
    expect(record.completedNs.every((time) => time > 0)).toBe(true);
    expect(new Set(record.sample).size, 'different samples were asked for').toBeGreaterThanOrEqual(
      Math.min(6, total / 2),
    );
    // What the summary says is what the record holds.
    const last = Math.max(...record.completedNs);
    expect(document!.result.completedSamplesPerSecond).toBeCloseTo((record.rowCount * 1e9) / last, 3);
    expect(readFileSync(join(folder, 'mlperf_log_summary.txt'), 'utf8')).toContain(`Scenario : ${scenario}`);
  });
}

const bert = { model: 'bert-tiny', dataset: 'squad-v1.1', qps: '20' };
const ssd = { model: 'ssd-resnet34-small', dataset: 'coco-val2017', qps: '4' };

describe('bert-tiny on questions of our own', () =>
  describeCase({ ...bert, dir: goldenPath('squad'), total: 24 }));
describe('ssd-resnet34-small on drawn images', () =>
  describeCase({ ...ssd, dir: goldenPath('coco'), total: 6 }));
describeWithShared(['squad'], 'bert-tiny on SQuAD', () =>
  describeCase({ ...bert, dir: sharedPath('squad'), total: 10833 }),
);
describeWithShared(['coco/val2017-ccby'], 'ssd-resnet34-small on real images', () =>
  describeCase({ ...ssd, dir: sharedPath('coco', 'val2017-ccby'), total: 47 }),
);
