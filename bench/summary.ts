/** Ten million queries: from the last completion to all logs and tables written, and the memory that takes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPlan } from '../src/plan/build.js';
import { runPlan } from '../src/run/index.js';
import { type Figure, repeat } from './figure.js';

const queries = 10_000_000;
const qps = 4_000_000;

export async function summary(runs: number): Promise<readonly Figure[]> {
  const base = process.resourceUsage().maxRSS * 1024;
  let peak = base;
  const { seconds } = await repeat(runs, async () => {
    const out = mkdtempSync(join(tmpdir(), 'baremark-bench-'));
    const plan = buildPlan({
      options: {
        model: ['bert-tiny'],
        scenario: ['Server'],
        backend: 'simulated',
        'backend-option': ['instant=true'],
        'target-qps': String(qps),
        'min-duration': `${queries / qps}s`,
        'min-queries': String(queries),
        system: 'bench',
        out,
      },
      folder: process.cwd(),
    });
    const [document] = await runPlan(plan, { onEvent: () => {}, signal: new AbortController().signal });
    const lastCompletion = Date.parse(document!.startedAt) + document!.result.durationS * 1000;
    const took = (Date.now() - lastCompletion) / 1000;
    peak = Math.max(peak, process.resourceUsage().maxRSS * 1024);
    rmSync(out, { recursive: true });
    return { seconds: took };
  });
  return [
    { name: 'last completion to all files written', unit: 's', values: seconds!, atMost: 5 },
    {
      name: 'peak memory above the start',
      unit: 'bytes a query',
      values: [(peak - base) / queries],
      atMost: 48,
    },
  ];
}
