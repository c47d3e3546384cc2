/** How late the issuer is: issued − scheduled in Server, with an instant system under test. */
import { type Figure, repeat } from './figure.js';
import { generate, instantPhase, instantPool, percentilesOf } from './harness.js';

const rates = [100, 1_000, 10_000];
const seconds = 5;

export async function lateness(runs: number): Promise<readonly Figure[]> {
  const pool = await instantPool();
  const figures: Figure[] = [];
  for (const qps of rates) {
    const { effective, queries } = generate('Server', {
      serverTargetQps: qps,
      minDurationMs: seconds * 1000,
      minQueryCount: 1,
    });
    let mode = '';
    const { p50, p99, cpu } = await repeat(runs, async () => {
      const before = process.cpuUsage();
      const phaseResult = await pool.run(instantPhase({ queries, limits: effective, meanGapNs: 1e9 / qps }));
      const used = process.cpuUsage(before);
      mode = phaseResult.waitMode;
      const [p50, p99] = percentilesOf(phaseResult, 'issued', [0.5, 0.99]) as [number, number];
      return { p50: p50 / 1e3, p99: p99 / 1e3, cpu: (used.user + used.system) / 1e6 / seconds };
    });
    const at = `at ${qps.toLocaleString('en')} qps`;
    figures.push(
      { name: `p50 ${at}`, unit: 'us', values: p50!, atMost: 1, note: `issuer: ${mode}` },
      { name: `p99 ${at}`, unit: 'us', values: p99!, atMost: 50 },
      { name: `cores used by all threads ${at}`, unit: 'cores', values: cpu! },
    );
  }
  await pool.close();
  return figures;
}
