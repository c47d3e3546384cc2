/** What is fuzzed: files in a folder of the fuzzer's own, each with the calls that read it. */
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Job } from './job.js';

export interface Subject {
  readonly kind: 'plan' | 'conf' | 'log' | 'document' | 'record';
  /** Within the folder. */
  readonly file: string;
  readonly jobs: readonly Job[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Files below a folder whose path from there matches, in one order on every machine. */
function filesIn(folder: string, pattern: RegExp): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all.filter((file) => pattern.test(file)).toSorted();
}

const conf = `# as MLCommons' mlperf.conf has it
*.*.qsl_rng_seed = 2085463073848966840
*.*.sample_index_rng_seed = 2747215439041700203
*.*.schedule_rng_seed = 16159082839903944936
*.Server.target_latency = 100
*.Server.target_latency_percentile = 99
bert.Server.target_latency = 130
bert.Offline.min_query_count = 24576
*.*.min_duration = 600000
*.Server.target_qps = 100
`;

const plan = `name: mine
description: of every kind one
repeat: 2
system: box
qsl-seed: 18446744073709551615
graph-option: { fused: true }
runs:
  - { model: bert-99, scenario: [Offline, Server], min-duration: 10m, max-batch: auto, buckets: [64, 128, 384] }
  - model: ssd-resnet34-small
    scenario: Server
    target-qps: 12.5
    target-latency: 100ms
    latency-percentile: 0.99
    backend: simulated
    backend-option: { fixedMs: 0.5, perSampleMs: 1 }
    max-wait: 2ms
    warmup: 0
    coalesce: true
  - { model: bert-tiny, scenario: MultiStream, samples-per-query: 8, pad: max }
`;

const tuned = {
  schema: 'baremark-tuned/1',
  model: 'bert-tiny',
  precision: 'fp32',
  backend: 'simulated',
  device: 'cpu',
  offline: { instances: 2, maxBatch: 8, samplesPerSecond: 120.5 },
  server: { instances: 1, maxBatch: 4, samplesPerSecond: 60, maxWaitMs: 2, boundMs: 130, percentile: 0.99 },
};

const simulated = ['--backend', 'simulated', '--backend-option', 'fixedMs=0.5', '--model', 'bert-tiny'];

/** Files that only the plan reads: they need no run. */
export function planSubjects(folder: string): Subject[] {
  const dry = (...args: string[]): Job[] => [{ args: ['run', ...args, '--dry-run'], cwd: folder }];
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  cpSync(join(root, 'scenarios'), join(folder, 'plans'), { recursive: true });
  write('plans/mine.yaml', plan);
  write('mlperf.conf', conf);
  write('tuned.json', JSON.stringify(tuned, null, 2));
  const server = [...simulated, '--scenario', 'Server'];
  return [
    ...filesIn(folder, /^plans\/.*\.yaml$/).map(
      (file): Subject => ({ kind: 'plan', file, jobs: dry(join(folder, file)) }),
    ),
    { kind: 'plan', file: 'tuned.json', jobs: dry(...server, '--tuned', 'tuned.json') },
    {
      kind: 'conf',
      file: 'mlperf.conf',
      jobs: [
        ...dry(...server, '--mlperf-conf', 'mlperf.conf'),
        ...dry(...server, '--user-conf', 'mlperf.conf'),
      ],
    },
  ];
}

/** Makes a run of a second. INVALID will do: a busy machine may miss a rule. */
function simulate(folder: string, system: string, scenario: string, ...more: readonly string[]): void {
  const args = [
    'run',
    ...simulated,
    '--scenario',
    scenario,
    '--min-duration',
    '1s',
    '--system',
    system,
    ...more,
  ];
  const ran = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], { cwd: folder });
  if (ran.status !== 0 && ran.status !== 1)
    throw new Error(`baremark ${args.join(' ')} failed, so there is nothing to fuzz: ${ran.stderr}`);
}

/** Logs of a submission, and two systems of ours, simulated: a run of Offline and one of Server each. */
export function resultSubjects(folder: string): Subject[] {
  const golden = join(root, 'test/golden/submission/closed/Example');
  cpSync(golden, join(folder, 'submission'), { recursive: true });
  for (const system of ['a', 'b']) {
    simulate(folder, system, 'Offline', '--min-queries', '1000');
    simulate(
      folder,
      system,
      'Server',
      '--min-queries',
      '700',
      '--target-qps',
      '700',
      '--target-latency',
      '20s',
    );
  }
  const pair = (base: string, candidate: string): Job[] => [
    { args: ['report', base], cwd: folder, results: join(folder, base) },
    { args: ['compare', base, candidate], cwd: folder },
  ];
  const ours = pair('results/a', 'results/b');
  const found = (kind: Subject['kind'], pattern: RegExp, jobs: readonly Job[]): Subject[] =>
    filesIn(folder, pattern).map((file) => ({ kind, file, jobs }));
  return [
    ...found(
      'log',
      /^submission\/results\/rack\/.*\/run_1\/.*\.txt$/,
      pair('submission/results/rack', 'submission/results/rack-vm'),
    ),
    // The only place that has the accuracy, so nothing can contradict it.
    ...found('log', /^submission\/results\/rack\/.*\/accuracy\.txt$/, [
      { args: ['report', 'submission/results/rack'], cwd: folder },
    ]),
    ...found('log', /^results\/a\/.*\/run_1\/.*\.txt$/, ours),
    ...found('document', /^results\/a\/.*\/run\.json$/, ours),
    ...found('document', /^results\/systems\/a\.json$/, ours),
    ...found('record', /^results\/a\/.*\/queries\.arrow$/, [
      ...ours,
      { args: ['report', 'results/a', '--html', 'report.html'], cwd: folder },
    ]),
  ];
}
