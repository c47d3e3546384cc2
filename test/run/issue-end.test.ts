/** How issuing ended is told in LoadGen's words, in the log of the run. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import { runPlan } from '../../src/run/index.js';

const out = mkdtempSync(join(tmpdir(), 'baremark-issue-end-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** A run of the simulated backend; its document and its logs. */
async function logsOf(scenario: string, options: Record<string, unknown>, conf?: string) {
  const userConf = join(out, `${scenario}.conf`);
  if (conf !== undefined) writeFileSync(userConf, conf);
  const plan = buildPlan({
    options: {
      model: ['bert-tiny'],
      scenario: [scenario],
      backend: 'simulated',
      ...(conf !== undefined && { 'user-conf': userConf }),
      warmup: '0',
      system: 'box',
      out,
      ...options,
    },
    folder: process.cwd(),
  });
  const [document] = await runPlan(plan, { onEvent: () => {}, signal: new AbortController().signal });
  const folder = join(out, 'box', 'bert-tiny', scenario, 'performance', 'run_1');
  const log = (name: string) => readFileSync(join(folder, `mlperf_log_${name}.txt`), 'utf8');
  return { document: document!, detail: log('detail'), summary: log('summary') };
}

describe('the log of a run', () => {
  it('that max_async_queries ended has LoadGen’s error', async () => {
    const { detail, summary } = await logsOf(
      'Server',
      {
        'backend-option': ['fixedMs=20'],
        'target-qps': '1000',
        'min-duration': '10s',
        'min-queries': '100',
      },
      '*.Server.max_async_queries = 5\n',
    );
    const line = /"error_runtime", "value": "(IssueQueryThread 0 Ending early: Too many outstanding [^"]*)"/;
    const [, issued, outstanding] = /issued (\d+) outstanding (\d+)$/.exec(line.exec(detail)![1]!)!;
    expect(Number(outstanding)).toBeGreaterThan(5);
    expect(Number(issued)).toBeGreaterThanOrEqual(Number(outstanding));
    expect(summary).toContain('\n1 ERROR encountered. See detailed log.\n');
  });

  it('that ended naturally says so, without an error', async () => {
    const { detail, summary } = await logsOf('Offline', {
      'backend-option': ['instant=true'],
      'target-qps': '1000',
      'min-duration': '100ms',
    });
    expect(detail).toContain('"Ending naturally: Minimum query count and test duration met."');
    expect(summary).toContain('\nNo errors encountered during test.\n');
  });
});
