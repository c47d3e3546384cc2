import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import { readRecord } from '../../src/results/read/record.js';
import { runPlan } from '../../src/run/index.js';
import { hasShared, sharedPath } from '../helpers/shared.js';

const out = mkdtempSync(join(tmpdir(), 'baremark-real-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

interface Case {
  readonly model: string;
  readonly data: readonly string[];
  readonly dataset: string;
  /** Samples in the data set. */
  readonly total: number;
  readonly qps: string;
}

const cases: readonly Case[] = [
  { model: 'bert-tiny', data: ['squad'], dataset: 'squad-v1.1', total: 10833, qps: '20' },
  {
    model: 'ssd-resnet34-small',
    data: ['coco', 'val2017-ccby'],
    dataset: 'coco-val2017',
    total: 47,
    qps: '4',
  },
];

for (const { model, data, dataset, total, qps } of cases) {
  const absent = !hasShared(...data);
  describe.skipIf(absent)(
    `${model} on the real ${dataset}${absent ? ' (skipped: no data set beside the project)' : ''}`,
    () => {
      it.each(['Offline', 'Server'])('%s', async (scenario) => {
        const plan = buildPlan({
          options: {
            model: [model],
            scenario: [scenario],
            dataset: [sharedPath(...data)],
            'min-duration': '2s',
            'min-queries': '8',
            ...(scenario === 'Server' && { 'target-qps': qps }),
            system: 'test',
            out,
          },
          folder: process.cwd(),
        });
        const [document] = await runPlan(plan, { onEvent: () => {}, signal: new AbortController().signal });
        expect(document!.dataset).toMatchObject({ name: dataset, totalSampleCount: total });
        expect(document!.result.failed).toBe(0);
        expect(document!.sut.provider).toBe('CPUExecutionProvider');
        const folder = join(out, 'test', model, scenario, 'performance', 'run_1');
        const record = await readRecord(join(folder, 'queries.arrow'));
        expect(record.rowCount).toBe(document!.result.samples);
        expect(record.completedNs.every((time) => time > 0)).toBe(true);
        expect(new Set(record.sample).size, 'different samples were asked for').toBeGreaterThan(5);
        // What the summary says is what the record holds.
        const last = Math.max(...record.completedNs);
        expect(document!.result.completedSamplesPerSecond).toBeCloseTo((record.rowCount * 1e9) / last, 3);
        expect(readFileSync(join(folder, 'mlperf_log_summary.txt'), 'utf8')).toContain(
          `Scenario : ${scenario}`,
        );
      });
    },
  );
}
