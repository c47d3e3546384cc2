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
  // What the model, its threads and the code need is there after a short run; the rest is what ten million queries add.
  await secondsToWrite(40_000);
  const base = peakBytes();
  let peak = 0;
  const { seconds } = await repeat(runs, async () => {
    const took = await secondsToWrite(queries);
    // Of the first alone: the others begin while memory of the run before may not have been given back.
    peak ||= peakBytes();
    return { seconds: took };
  });
  return [
    { name: 'last completion to all files written', unit: 's', values: seconds!, atMost: 5 },
    {
      name: "peak memory above the model's",
      unit: 'bytes a query',
      values: [(peak - base) / queries],
      atMost: 48,
    },
  ];
}

const peakBytes = () => process.resourceUsage().maxRSS * 1024;

/** One Server run of this many queries: the seconds from its last completion until all its files are there. */
async function secondsToWrite(count: number): Promise<number> {
  const out = mkdtempSync(join(tmpdir(), 'baremark-bench-'));
  const plan = buildPlan({
    options: {
      model: ['bert-tiny'],
      scenario: ['Server'],
      backend: 'simulated',
      'backend-option': ['instant=true'],
      'target-qps': String(qps),
      'min-duration': `${count / qps}s`,
      'min-queries': String(count),
      system: 'bench',
      out,
    },
    folder: process.cwd(),
  });
  const [document] = await runPlan(plan, { onEvent: () => {}, signal: new AbortController().signal });
  const lastCompletion = Date.parse(document!.startedAt) + document!.result.durationS * 1000;
  const took = (Date.now() - lastCompletion) / 1000;
  rmSync(out, { recursive: true });
  return took;
}
