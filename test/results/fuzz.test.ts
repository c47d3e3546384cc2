import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readResults } from '../../src/results/read/results.js';
import type { ResultRun } from '../../src/results/types.js';
import { goldenPath } from '../helpers/golden.js';
import { itWithShared, sharedPath } from '../helpers/shared.js';
import { detailText, summaryText, writeLogs } from './mlperf-logs.js';
import { temporaryFolder } from './sample-run.js';

/** xorshift32: the same mutations each time. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** One of: a byte changed, bytes lost, a line lost, a line doubled, two lines swapped, the end lost. */
function mutate(bytes: Buffer, next: (below: number) => number): Buffer {
  const at = next(bytes.length);
  const lines = bytes.toString('latin1').split('\n');
  const line = next(lines.length);
  switch (next(7)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), Buffer.of(next(256)), bytes.subarray(at + 1)]);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(`${next(10)}`), bytes.subarray(at + 1)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + next(20))]);
    case 3:
      return Buffer.from(lines.filter((_, i) => i !== line).join('\n'), 'latin1');
    case 4:
      return Buffer.from(
        lines.flatMap((text, i) => (i === line ? [text, text] : [text])).join('\n'),
        'latin1',
      );
    case 5:
      [lines[line], lines[0]] = [lines[0]!, lines[line]!];
      return Buffer.from(lines.join('\n'), 'latin1');
    default:
      return bytes.subarray(0, at);
  }
}

/** What must never come out wrong. */
function figures(run: ResultRun) {
  const { benchmark, scenario, throughput, scheduledSamplesPerSecond, completedSamplesPerSecond } = run;
  const { targetQps, latencyMs, boundMs, boundShare, outcome, minDurationS } = run;
  return JSON.stringify([
    [benchmark, scenario, throughput, scheduledSamplesPerSecond, completedSamplesPerSecond],
    [targetQps, latencyMs, boundMs, boundShare, outcome, minDurationS],
  ]);
}

async function fuzz(
  texts: Record<'summary' | 'detail', Buffer>,
  scenario: 'Server' | 'Offline',
  rounds: number,
) {
  const next = random(20_211_122);
  const out = await temporaryFolder();
  const folder = await writeLogs(out, { scenario }, texts);
  const original = (await readResults(out)).systems[0]!.runs[0]!;
  let kept = 0;
  for (let round = 0; round < rounds; round++) {
    const which = next(2) === 0 ? 'summary' : 'detail';
    const mutated = mutate(texts[which], next);
    await writeFile(join(folder, `mlperf_log_${which}.txt`), mutated);
    const { systems, problems } = await readResults(out);
    const run = systems[0]!.runs[0];
    if (run) {
      kept++;
      if (figures(run) !== figures(original))
        expect(figures(run), `round ${round}: ${which}`).toBe(figures(original));
    } else expect(problems.length).toBeGreaterThan(0);
    await writeFile(join(folder, `mlperf_log_${which}.txt`), texts[which]);
  }
  // Neither everything refused nor everything let through.
  expect(kept).toBeGreaterThan(rounds / 10);
  expect(kept).toBeLessThan(rounds);
}

describe('a damaged log gives the original figures or a sentence', () => {
  it.each(['Server', 'Offline'] as const)('%s, 700 mutations', async (scenario) => {
    const summary = Buffer.from(summaryText({ scenario }));
    const detail = Buffer.from(detailText({ scenario }));
    await fuzz({ summary, detail }, scenario, 700);
  });

  async function fuzzLogs(folder: string): Promise<void> {
    const summary = await readFile(join(folder, 'mlperf_log_summary.txt'));
    const detail = await readFile(join(folder, 'mlperf_log_detail.txt'));
    await fuzz({ summary, detail }, 'Server', 150);
  }

  const run = 'ssd-resnet34/Server/performance/run_1';
  it('a Server run that LoadGen logged, 150 mutations', () =>
    fuzzLogs(goldenPath('submission/closed/Example/results/rack', run)));

  const published = `mlperf-results/v1.1/closed/Dell/results/R7525_A100-PCIE-40GBx3_TRT/${run}`;
  itWithShared([published], 'a published Server run, 150 mutations', () => fuzzLogs(sharedPath(published)));
});
