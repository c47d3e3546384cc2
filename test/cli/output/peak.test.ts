/** What `report` and `compare` show of runs that hold a peak, from their files on. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toJson } from '../../../src/base/json.js';
import { peakAt } from '../../helpers/peak.js';
import { writeHandMade } from '../../results/hand-made-run.js';
import { temporaryFolder } from '../../results/sample-run.js';
import { everyMs, phaseResult, planned } from '../../run/hand-made.js';
import { baremark } from '../baremark.js';

/** One Server run of `system` below `out`, found at this peak. */
async function runAt(out: string, system: string, qps: number, latencyMs: number): Promise<void> {
  const run = planned({
    ...{ 'min-duration': '1s', 'min-queries': '100' },
    ...{ 'target-qps': String(qps), 'target-latency': '100ms' },
  });
  const rows = everyMs(1200, (query) => latencyMs + (query % 7)).map((row, i) => ({
    ...row,
    scheduledMs: Math.round((i * 1000) / qps),
  }));
  const file = join(await writeHandMade(out, run, [phaseResult(rows)]), 'run.json');
  const document = JSON.parse(readFileSync(file, 'utf8'));
  document.system = system;
  const finals = [{ targetQps: qps, tailMs: latencyMs + 6, outcome: 'valid', reasons: [] }] as const;
  document.result.peak = JSON.parse(toJson(peakAt(qps, { finals })));
  writeFileSync(file, JSON.stringify(document));
  renameSync(join(out, 'box'), join(out, system));
}

it('report and compare draw the peaks below their tables, and compare draws them into a file', async () => {
  const folder = await temporaryFolder();
  await runAt(join(folder, 'a'), 'bare', 1000, 20);
  await runAt(join(folder, 'b'), 'vm', 900, 25);

  const report = await baremark(folder, 'report', 'b');
  expect(report.stderr).toBe('');
  expect(report.stdout).toContain('bert-99 Server: the peak\n\n     latency (ms)');
  expect(report.stdout).toContain('◆ peak 900 queries/s, 95% interval 891 to 909\n');

  const compared = await baremark(folder, 'compare', 'a', 'b', '--svg', 'peaks.svg');
  expect(compared.stderr).toBe('written: peaks.svg\n');
  expect(compared.stdout).toContain('bert-99 Server: the peaks\n\n     latency (ms)');
  expect(compared.stdout).toContain('bare  ○ p99  ◦ p50  ◇ peak 1000 queries/s');
  for (const line of compared.stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
  expect(readFileSync(join(folder, 'peaks.svg'), 'utf8')).toContain('bound: 99% within 100 ms');
});
