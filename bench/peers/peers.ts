/** The same work by LoadGen's official Python binding and by baremark, in the same run, with an instant system under test. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Bench, type Figure, repeat } from '../figure.js';
import { generate, instantPhase, instantPool, percentilesOf } from '../harness.js';

const driver = fileURLToPath(new URL('./loadgen.py', import.meta.url));
const python = process.env.BAREMARK_PYTHON ?? 'python3';
const rates = [100, 1_000, 10_000];
const seconds = 3;

function loadgen(scenario: string, rate: number): Record<string, number> {
  const { stdout, stderr, status } = spawnSync(python, [driver, scenario, String(rate), String(seconds)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`LoadGen's driver failed: ${stderr.slice(-500)}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, number>;
}

export const peers: Bench = async (runs) => {
  const there = spawnSync(python, ['-c', 'import mlperf_loadgen'], { stdio: 'ignore' }).status === 0;
  if (!there)
    return {
      skipped: `${python} has no mlcommons-loadgen; install it with pip, and name the Python in BAREMARK_PYTHON`,
    };
  const pool = await instantPool();
  const figures: Figure[] = [];
  for (const qps of rates) {
    const { effective, queries } = generate('Server', {
      serverTargetQps: qps,
      minDurationMs: seconds * 1000,
      minQueryCount: 1,
    });
    const measured = await repeat(runs, async () => {
      const theirs = loadgen('Server', qps);
      const phaseResult = await pool.run(instantPhase({ queries, limits: effective, meanGapNs: 1e9 / qps }));
      const [p50, p99] = percentilesOf(phaseResult, 'completed', [0.5, 0.99]) as [number, number];
      return {
        'LoadGen p50': theirs['result_50.00_percentile_latency_ns']! / 1e3,
        'baremark p50': p50 / 1e3,
        'LoadGen p99': theirs['result_99.00_percentile_latency_ns']! / 1e3,
        'baremark p99': p99 / 1e3,
      };
    });
    for (const [name, values] of Object.entries(measured))
      figures.push({
        name: `${name} at ${qps.toLocaleString('en')} qps`,
        unit: 'us from scheduled to completed',
        values,
      });
  }
  const { effective, queries } = generate('SingleStream', {
    singleStreamExpectedLatencyNs: 250,
    minDurationMs: 2000,
    minQueryCount: 1,
  });
  const streams = await repeat(runs, async () => {
    const theirs = loadgen('SingleStream', 0);
    const { record, queriesIssued } = await pool.run(
      instantPhase({ queries, limits: effective, meanGapNs: 0, maxBatch: 1 }),
    );
    return {
      'LoadGen SingleStream': theirs.result_qps_with_loadgen_overhead! / 1e6,
      'baremark SingleStream': (queriesIssued / record.completed[queriesIssued - 1]!) * 1e3,
    };
  });
  for (const [name, values] of Object.entries(streams)) figures.push({ name, unit: 'million qps', values });
  await pool.close();
  return figures;
};
