/** Summaries of benchmarks whose answers are tokens, in the form in which LoadGen prints them with `use_token_latencies`. */
import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../src/compare/compare-systems.js';
import { runsCsv } from '../../src/report/runs/csv.js';
import { readResults } from '../../src/results/read/results.js';
import { detailText, summaryText, writeLogs } from './mlperf-logs.js';
import { temporaryFolder } from './sample-run.js';

const bounds = 'ttft_latency (ns): 2000000000\ntpot_latency (ns): 200000000';
const additions = [
  '',
  'Completed tokens per second                 : 34029.38',
  'Min First Token latency (ns)                : 31000000',
  'Max First Token latency (ns)                : 2100000000',
  'Mean First Token latency (ns)               : 420000000',
  '50.00 percentile first token latency (ns)   : 400000000',
  '90.00 percentile first token latency (ns)   : 900000000',
  '95.00 percentile first token latency (ns)   : 1100000000',
  '97.00 percentile first token latency (ns)   : 1200000000',
  '99.00 percentile first token latency (ns)   : 1500000000',
  '99.90 percentile first token latency (ns)   : 1900000000',
  '',
  'Min Time to Output Token (ns)                : 20000000',
  'Max Time to Output Token (ns)                : 210000000',
  'Mean Time to Output Token (ns)               : 90000000',
  '50.00 percentile time to output token (ns)   : 88000000',
  '90.00 percentile time to output token (ns)   : 120000000',
  '95.00 percentile time to output token (ns)   : 130000000',
  '97.00 percentile time to output token (ns)   : 140000000',
  '99.00 percentile time to output token (ns)   : 150000000',
  '99.90 percentile time to output token (ns)   : 190000000',
].join('\n');

/** A Server summary of tokens: with TTFT and TPOT, and bounds of theirs in place of one on the latency. */
const server = summaryText({ scenario: 'Server', headline: 'Completed' })
  .replace(/(99\.90 percentile latency.*\n)/, `$1${additions}\n`)
  .replace(/target_latency \(ns\).*/, bounds)
  .replace('Min queries satisfied : Yes', 'Min queries satisfied : Skipped');
const offline = summaryText({ scenario: 'Offline' })
  .replace(/(Samples per second: .*\n)/, '$1Tokens per second: 31313.2\n')
  .replace(/target_latency \(ns\).*/, bounds);
const detail = detailText({ scenario: 'Server' });

async function read(
  summary: string,
  scenario: 'Server' | 'Offline',
  logged: string | null = null,
  system = 'box',
) {
  const out = await temporaryFolder();
  await writeLogs(out, { scenario }, { summary, detail: logged }, { benchmark: 'llama2-70b-99', system });
  const { systems, problems } = await readResults(out);
  return { system: systems[0]!, run: systems[0]!.runs[0], problems };
}

describe('a benchmark of tokens', () => {
  it('has tokens per second, TTFT and TPOT in Server, with bounds of theirs', async () => {
    const { run } = await read(server, 'Server', detail);
    expect(run).toMatchObject({
      throughput: { value: 7871.17, figure: 'completed samples/s' },
      outcome: { kind: 'valid' },
      tokens: {
        perSecond: 34029.38,
        ttftMs: { mean: 420, p50: 400, p90: 900, p95: 1100, p97: 1200, p99: 1500, p999: 1900 },
        tpotMs: { mean: 90, p50: 88, p90: 120, p95: 130, p97: 140, p99: 150, p999: 190 },
        ttftBoundMs: 2000,
        tpotBoundMs: 200,
      },
    });
    // The bounds are on tokens, so there is none on the latency of a query.
    expect([run!.boundMs, run!.boundShare]).toEqual([undefined, undefined]);
  });

  it('has tokens per second alone in Offline', async () => {
    const { run } = await read(offline, 'Offline');
    expect(run!.tokens).toEqual({ perSecond: 31313.2, ttftBoundMs: 2000, tpotBoundMs: 200 });
    expect(run!.throughput!.value).toBe(8465.57);
  });

  it('is refused where a figure is missing, or its detail log has another', async () => {
    const cut = await read(server.replace(/99.00 percentile first token.*\n/, ''), 'Server');
    expect(cut.run).toBeUndefined();
    expect(cut.problems[0]).toMatch(/has no "99.00 percentile first token latency \(ns\)": it is cut off/);
    const other =
      ':::MLLOG {"key": "result_time_per_output_token_99.00_percentile_ns", "value": 140000000}\n';
    const unlike = await read(server, 'Server', `${detail}${other}`);
    expect(unlike.run).toBeUndefined();
    expect(unlike.problems[0]).toMatch(/says 150000000 for "99.00 percentile time to output token \(ns\)"/);
  });

  it('is compared by tokens per second, TTFT and TPOT too', async () => {
    const slower = server
      .replace('34029.38', '30626.44')
      .replace('token latency (ns)   : 1500000000', 'token latency (ns)   : 1600000000')
      .replace('output token (ns)   : 150000000', 'output token (ns)   : 200000000')
      .replace('output token (ns)   : 190000000', 'output token (ns)   : 201000000');
    const [a, b] = [await read(server, 'Server'), await read(slower, 'Server', null, 'vm')];
    const { candidates } = compareSystems(a.system, [b.system], { marginPercent: 5 });
    expect(candidates[0]!.pairs[0]!.notes.slice(0, 3)).toEqual([
      'Tokens/s: 34029 and 30626, a ratio of 0.900.',
      'TTFT p99: 1500 ms and 1600 ms, a ratio of 0.938.',
      'TPOT p99: 150 ms and 200 ms, a ratio of 0.750.',
    ]);
    expect(runsCsv(a.system).split('\n')[0]).toContain(
      'tokens_per_second,ttft_p99_ms,ttft_bound_ms,tpot_p99_ms,tpot_bound_ms',
    );
    expect(runsCsv(a.system)).toContain('34029.38,1500,2000,150,200');
  });
});
