/** Ten million queries: the time from the last completion until all files are written, and the memory that takes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPlan } from '../src/plan/build.js';
import { runPlan } from '../src/run/index.js';
import { type Figure, repeat } from './figure.js';

const queries = 10_000_000;
const qps = 4_000_000;

export async function summary(runs: number): Promise<readonly Figure[]> {
  // After a short run, memory holds what the model, its threads and the code need; the rest is what ten million queries add.
  await secondsToWrite(40_000);
  const base = peakBytes();
  let peak = 0;
  const { seconds } = await repeat(runs, async () => {
    const took = await secondsToWrite(queries);
    // Of the first run only: later ones may start before the memory of the run before is given back.
    peak ||= peakBytes();
    return { seconds: took };
  });
  return [
    { name: 'last completion to all files written', unit: 's', values: seconds!, atMost: 5 },
    {
      name: "peak memory above the model's",
      unit: 'bytes per query',
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
