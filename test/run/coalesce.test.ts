import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import { readRecord } from '../../src/results/read/record.js';
import { runPlan } from '../../src/run/index.js';

const out = mkdtempSync(join(tmpdir(), 'baremark-coalesce-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

it("coalesces as LoadGen's conf file asks for, and records it", async () => {
  const conf = join(out, 'user.conf');
  writeFileSync(conf, '*.Server.coalesce_queries = 1\n*.Server.target_qps = 1000000\n');
  const plan = buildPlan({
    options: {
      model: ['bert-tiny'],
      scenario: ['Server'],
      backend: 'simulated',
      'backend-option': ['instant=true'],
      'user-conf': conf,
      'min-duration': '100ms',
      'min-queries': '1000',
      system: 'coalesced',
      out,
    },
    folder: process.cwd(),
  });
  const [document] = await runPlan(plan, { onEvent: () => {}, signal: new AbortController().signal });
  expect(document!.settings.server_coalesce_queries).toBe(true);
  const folder = join(out, 'coalesced', 'bert-tiny', 'Server', 'performance', 'run_1');
  expect(readFileSync(join(folder, 'mlperf_log_detail.txt'), 'utf8')).toMatch(
    /"requested_server_coalesce_queries", "value": true/,
  );
  const { issuedNs, scheduledNs } = await readRecord(join(folder, 'queries.arrow'));
  // All that were due at one reading of the clock carry it, so no later one was due by then.
  for (let i = 1; i < issuedNs.length; i++)
    if (issuedNs[i] !== issuedNs[i - 1]) expect(scheduledNs[i]!).toBeGreaterThan(issuedNs[i - 1]!);
});
