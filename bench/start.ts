/** How long a person waits for `baremark --help`, and for the first query of a run with a cached tiny model. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Figure, repeat } from './figure.js';

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

function nodeMs(...args: string[]): number {
  const start = performance.now();
  spawnSync(process.execPath, args, { stdio: 'ignore' });
  return performance.now() - start;
}

/** Until the progress says that the clock runs. */
function firstQueryMs(): Promise<number> {
  const out = mkdtempSync(join(tmpdir(), 'baremark-bench-'));
  const start = performance.now();
  const args = [
    'run',
    '--model',
    'bert-tiny',
    '--scenario',
    'Server',
    '--target-qps',
    '10',
    '--min-duration',
    '1s',
    '--min-queries',
    '1',
    '--out',
    out,
  ];
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  return new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      if (!chunk.toString().includes('running')) return;
      resolve(performance.now() - start);
      child.kill('SIGKILL');
    });
    child.on('exit', () => {
      rmSync(out, { recursive: true, force: true });
      reject(new Error('the run ended before its first query'));
    });
  });
}

export async function start(runs: number): Promise<readonly Figure[]> {
  await firstQueryMs();
  const { node, help, run } = await repeat(runs, async () => ({
    node: nodeMs('--eval', '0'),
    help: nodeMs(main, '--help'),
    run: await firstQueryMs(),
  }));
  return [
    { name: 'Node itself, doing nothing', unit: 'ms', values: node! },
    { name: 'baremark --help', unit: 'ms', values: help!, atMost: 150 },
    { name: 'baremark run to its first query', unit: 'ms', values: run!, atMost: 1500 },
  ];
}
