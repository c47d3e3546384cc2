/** How near a run comes to the ideal queue: mean and p99 of its latencies over those of queueing theory, same arrivals. */
import { WorkerPool } from '../src/engine/worker-pool.js';
import { percentileRank } from '../src/loadgen/index.js';
import { type Figure, repeat } from './figure.js';
import { generate, instantPhase } from './harness.js';

interface Server {
  readonly name: string;
  readonly instances: number;
  readonly maxBatch: number;
  readonly qps: number;
  readonly queries: number;
  readonly fixedMs: number;
  readonly perSampleMs: number;
}

const servers: readonly Server[] = [
  {
    name: 'M/D/1 at 50% load',
    instances: 1,
    maxBatch: 1,
    qps: 10,
    queries: 100,
    fixedMs: 50,
    perSampleMs: 0,
  },
  {
    name: 'M/D/1 at 80% load',
    instances: 1,
    maxBatch: 1,
    qps: 16,
    queries: 160,
    fixedMs: 50,
    perSampleMs: 0,
  },
  {
    name: '4 instances, batches of up to 8',
    instances: 4,
    maxBatch: 8,
    qps: 250,
    queries: 2000,
    fixedMs: 40,
    perSampleMs: 2,
  },
];

/** Servers that take up to `maxBatch` waiting queries, first come first served, whenever one is free; milliseconds. */
function idealMs(scheduledMs: readonly number[], server: Server): number[] {
  const free = new Array<number>(server.instances).fill(0);
  const latencies: number[] = [];
  for (let next = 0; next < scheduledMs.length; ) {
    const soonest = free.indexOf(Math.min(...free));
    const start = Math.max(free[soonest]!, scheduledMs[next]!);
    let size = 0;
    while (size < server.maxBatch && (scheduledMs[next + size] ?? Number.POSITIVE_INFINITY) <= start) size++;
    const end = start + server.fixedMs + server.perSampleMs * size;
    free[soonest] = end;
    for (let i = 0; i < size; i++) latencies.push(end - scheduledMs[next + i]!);
    next += size;
  }
  return latencies;
}

const p99Of = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[percentileRank(values.length, 0.99)]!;
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

async function ratiosOf(server: Server, runs: number): Promise<readonly Figure[]> {
  const { effective, queries } = generate('Server', {
    serverTargetQps: server.qps,
    minDurationMs: 0,
    minQueryCount: server.queries,
  });
  const pool = await WorkerPool.open({
    backend: 'simulated',
    model: { name: 'simulated', precision: 'fp32' },
    devices: ['cpu'],
    instances: server.instances,
    options: { fixedMs: server.fixedMs, perSampleMs: server.perSampleMs },
    nice: 0,
  });
  const { mean, p99 } = await repeat(runs, async () => {
    const phase = { queries, limits: effective, meanGapNs: 1e9 / server.qps, stream: false };
    const config = instantPhase({ ...phase, maxBatch: server.maxBatch });
    const { record } = await pool.run({ ...config, idleSpinNs: 0 });
    const ideal = idealMs(
      Array.from(record.scheduled, (ns) => ns / 1e6),
      server,
    );
    const measured = Array.from(record.completed, (ns, row) => (ns - record.scheduled[row]!) / 1e6);
    return {
      mean: meanOf(measured) / meanOf(ideal),
      p99: p99Of(measured) / p99Of(ideal),
    };
  });
  await pool.close();
  const unit = 'of the ideal';
  return [
    { name: `mean, ${server.name}`, unit, values: mean!, atMost: 1.02 },
    { name: `p99, ${server.name}`, unit, values: p99!, atMost: 1.02 },
  ];
}

export async function queueing(runs: number): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const server of servers) figures.push(...(await ratiosOf(server, runs)));
  return figures;
}
