import { compareSystems } from '../../src/compare/compare-systems.js';
import type { Comparison, SystemRuns } from '../../src/compare/types.js';
import type { ResultRun } from '../../src/results/types.js';
import { ourRun, publishedRun, repeatsOf } from '../compare/make-run.js';

/** Text that breaks whatever does not escape it, in HTML, CSV, Markdown and terminals. */
export const nasty = `=cmd|'/c calc'!A1,"<script>window.pwned=1</script>\n<img src=x onerror=window.pwned=1>|\u001b[31m`;

const latencyMs = { p50: 61, p90: 90, p95: 100, p97: 104, p99: 107.5, p999: 117, min: 4, max: 132, mean: 71 };

function server(system: string, value: number, boundShare: number): ResultRun {
  return publishedRun({
    system,
    scenario: 'Server',
    path: `results/${system}/bert-99/Server/performance/run_1`,
    throughput: { value, unit: 'samples/s', figure: 'scheduled samples/s' },
    targetQps: value,
    latencyMs,
    boundMs: 130,
    percentile: 0.99,
    boundShare,
  });
}

/** Repeats that are equivalent (0.99), a published Server pair (0.95) and a run without a partner. */
export function sampleComparison(baselineName = 'bare', candidateName = 'vm'): Comparison {
  const baseline: SystemRuns = {
    name: baselineName,
    runs: [...repeatsOf([1000, 1002, 998], baselineName), server(baselineName, 2000, 0.83)],
  };
  const candidate: SystemRuns = {
    name: candidateName,
    runs: [
      ...repeatsOf([990, 992, 988], candidateName, 10),
      server(candidateName, 1900, 0.77),
      ourRun({ system: candidateName, benchmark: 'bert-tiny' }),
    ],
  };
  return compareSystems(baseline, [candidate], { marginPercent: 5 });
}
