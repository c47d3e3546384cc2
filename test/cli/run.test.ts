import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunDocument } from '../../src/results/types.js';
import { baremark, type Ended } from './baremark.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'baremark-run-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** A system that answers each query within a millisecond. */
const fast = [
  '--backend',
  'simulated',
  '--backend-option',
  'fixedMs=0.5',
  '--model',
  'bert-tiny',
  '--system',
  'sim',
];
// Its latency bound is one that even a busy machine holds.
const server = [
  ...['run', ...fast, '--scenario', 'Server', '--target-qps', '1000', '--min-duration', '1s'],
  ...['--target-latency', '20s'],
];

describe('run', () => {
  it('ends with 0, a table, the CSV and plain progress where all is VALID', async () => {
    const { code, stdout, stderr } = await baremark(dir, ...server);
    expect(stderr).toMatch(/^bert-tiny Server: VALID, [\d,]+ samples\/s$/m);
    expect(stderr).not.toContain('\x1b');
    expect(stdout).toMatch(/^bert-tiny +Server .* VALID /m);
    expect(stdout).toMatch(/^CSV: results\/summary\.csv$/m);
    expect(readFileSync(join(dir, 'results', 'summary.csv'), 'utf8')).toContain('bert-tiny');
    expect(code).toBe(0);
  });

  it('ends with 1 and the reasons where a run is INVALID', async () => {
    // One instance of 4 ms cannot answer 1,000 queries a second.
    const slower: Record<string, string> = { 'fixedMs=0.5': 'fixedMs=4', '20s': '100ms' };
    const slow = server.map((arg) => slower[arg] ?? arg);
    const { code, stdout } = await baremark(dir, ...slow, '--max-batch', '1', '--instances', '1');
    expect(stdout).toMatch(/ INVALID /);
    expect(stdout).toContain('Performance constraints not satisfied.');
    expect(code).toBe(1);
  });

  it('prints one JSON array and nothing else with --json', async () => {
    const both = [
      ...server,
      '--scenario',
      'Server,SingleStream',
      '--min-duration',
      '0',
      '--min-queries',
      '600',
    ];
    const { code, stdout } = await baremark(dir, ...both, '--json');
    const documents = JSON.parse(stdout) as RunDocument[];
    expect(documents.map(({ scenario, outcome }) => `${scenario} ${outcome.kind}`)).toEqual([
      'Server valid',
      'SingleStream valid',
    ]);
    expect(code).toBe(0);
  });

  it('takes its options from a plan file', async () => {
    const plan = `runs:
  - model: bert-tiny
    scenario: Server
    backend: simulated
    backend-option: { fixedMs: 0.5 }
    target-qps: 1000
    min-duration: 1s
    target-latency: 20s
`;
    writeFileSync(join(dir, 'mine.yaml'), plan);
    const { code, stdout } = await baremark(dir, 'run', 'mine.yaml', '--json');
    const [document] = JSON.parse(stdout) as RunDocument[];
    expect(document).toMatchObject({
      benchmark: 'bert-tiny',
      sut: { backend: 'simulated' },
      outcome: { kind: 'valid' },
    });
    expect(document!.result.targetQps).toBe(1000);
    expect(code).toBe(0);
  });
});

describe('a plan whose second run cannot be written', () => {
  const both = [
    ...server,
    '--scenario',
    'Server,SingleStream',
    '--min-duration',
    '0',
    '--min-queries',
    '600',
  ];
  const blocked = () => join(dir, 'results', 'sim', 'bert-tiny', 'SingleStream');

  it('prints what finished, and takes it up from there with --resume', async () => {
    mkdirSync(join(dir, 'results', 'sim', 'bert-tiny'), { recursive: true });
    writeFileSync(blocked(), '');
    const failed = await baremark(dir, ...both);
    expect(failed.stdout).toMatch(/^bert-tiny +Server .* VALID /m);
    expect(failed.stderr).toMatch(/^baremark: .*SingleStream.* cannot be written .*$/m);
    expect(failed.code).toBe(2);

    rmSync(blocked());
    const shown = await baremark(dir, ...both, '--resume', '--dry-run');
    expect(shown.stderr).toMatch(/^finished: 1 of 2 runs$/m);
    expect(shown.stdout).toMatch(/^bert-tiny +SingleStream +performance/m);
    expect(shown.stdout).not.toMatch(/ Server /);

    const resumed = await baremark(dir, ...both, '--resume', '--json');
    const documents = JSON.parse(resumed.stdout) as RunDocument[];
    expect(documents.map(({ scenario, outcome }) => `${scenario} ${outcome.kind}`)).toEqual([
      'Server valid',
      'SingleStream valid',
    ]);
    expect(resumed.stderr).not.toMatch(/Server: running/);
    expect(resumed.code).toBe(0);
    expect(readdirSync(join(dir, 'results', 'sim', 'bert-tiny', 'Server', 'performance'))).toEqual(['run_1']);
  });
});

describe('Ctrl-C', () => {
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

  /** Starts a run of a minute and sends it this signal once it has completed queries. */
  function interrupted(signalled: NodeJS.Signals): Promise<Ended & { readonly signal: string | null }> {
    const args = [...server, '--min-duration', '60s', '--json'];
    const child = spawn(process.execPath, [main, ...args], { cwd: dir });
    let stdout = '';
    let stderr = '';
    let sent = false;
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      if (sent || !/, [1-9][\d,]*\/[\d,]+ queries/.test(stderr)) return;
      sent = true;
      child.kill(signalled);
    });
    return new Promise((resolve) => {
      child.on('close', (code, signal) => resolve({ code: code ?? -1, signal, stdout, stderr }));
    });
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '(%s) ends a run cleanly: aborted, written, code 1',
    async (signal) => {
      const { code, stdout, stderr } = await interrupted(signal);
      expect(stderr).toContain('Stopping: writing what was measured. Press Ctrl-C again to quit at once.');
      const [document] = JSON.parse(stdout) as RunDocument[];
      expect(document!.outcome.kind).toBe('aborted');
      expect(document!.result.queries).toBeGreaterThan(0);
      expect(
        existsSync(join(dir, 'results', 'sim', 'bert-tiny', 'Server', 'performance', 'run_1', 'run.json')),
      ).toBe(true);
      expect(code).toBe(1);
    },
  );
});
