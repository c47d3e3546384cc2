import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CudaApp, cudaApp, readProbe, type Started, writeProbe } from './cuda-app.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-relaunch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const linux = process.platform === 'linux' && process.arch === 'x64';
let app: CudaApp;
let probe = '';
beforeAll(() => {
  if (!linux) return;
  app = cudaApp(folder);
  probe = writeProbe(folder);
});

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly started: readonly Started[];
}

/** Of the card in the recorded inventory. */
const card = 'GPU-11111111-2222-3333-4444-555555555551';

let runs = 0;

/** A run whose device is this one; `after` happens in the process that was started again, and `signal` is sent to the first. */
function run(
  device: string,
  options: { after?: string; signal?: NodeJS.Signals; on?: CudaApp } = {},
): Promise<Ended> {
  const args = ['run', '--model', 'bert-tiny', '--scenario', 'Offline', '--device', device];
  const short = [
    '--min-duration',
    '1ms',
    '--min-queries',
    '4',
    '--target-qps',
    '10',
    '--out',
    join(folder, 'a b'),
  ];
  return command([...args, ...short], options);
}

function command(
  args: readonly string[],
  { after = '', signal, on = app }: { after?: string; signal?: NodeJS.Signals; on?: CudaApp },
): Promise<Ended> {
  const log = join(folder, `probe-${runs++}.log`);
  const child = spawn(process.execPath, ['--import', probe, on.main, ...args], {
    cwd: folder,
    env: { ...process.env, ...on.env, PROBE_LOG: log, PROBE_AFTER: after },
  });
  let stderr = '';
  let sent = false;
  child.stdout.resume();
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    // Once: a second one would end the first process while it waits for the other.
    if (signal && !sent && stderr.includes('ready')) sent = child.kill(signal);
  });
  return new Promise((resolve) => {
    child.on('close', (code, ended) => resolve({ code, signal: ended, stderr, started: readProbe(log) }));
  });
}

describe.skipIf(!linux)('run --device cuda:0 (Linux on x64 only)', () => {
  it('starts itself again once, with the folders of CUDA and cuDNN where the loader finds them', async () => {
    const { code, stderr, started } = await run('cuda:0');
    expect(started).toHaveLength(2);
    const [first, second] = started as [Started, Started];
    expect(first.libraryPath).toEqual([app.driver]);
    expect(second.libraryPath[0]).toBe(app.driver);
    expect(new Set(second.libraryPath)).toEqual(new Set([app.driver, ...app.libraries]));
    expect(second.args).toEqual(first.args);
    expect(second.args.at(-1)).toBe(join(folder, 'a b'));
    // The loader found every library and stopped at what a stub lacks, so that nothing could run.
    expect(stderr).toContain('undefined symbol: Provider_SetHost');
    expect(stderr).toMatch(/^baremark: The device cuda:0 cannot be opened by ONNX Runtime: /m);
    expect(code).toBe(2);
    expect(existsSync(join(folder, 'a b', 'summary.csv'))).toBe(false);
  });

  it('is not started again for --device cpu', async () => {
    const { code, started } = await run('cpu');
    expect(started).toHaveLength(1);
    expect(started[0]!.libraryPath).toEqual([app.driver]);
    expect(code).toBe(0);
  });

  it('is started again with the card chosen by UUID as the only one that CUDA sees', async () => {
    const { started } = await run(`cuda:${card}`, { after: 'process.exit(0)' });
    expect(started.map(({ visible }) => visible)).toEqual([undefined, card]);
  });

  it.each([
    ['tune', []],
    ['audit', ['--scenario', 'Offline']],
  ])('and so is %s', async (name, more) => {
    const args = [name, '--model', 'bert-tiny', '--device', 'cuda:0', ...more];
    const { code, started } = await command(args, { after: 'process.exit(7)' });
    expect(started.map((each) => each.args)).toEqual([args, args]);
    expect(code).toBe(7);
  });

  it('ends with the code of the process that was started again', async () => {
    expect(await run('cuda:0', { after: 'process.exit(7)' })).toMatchObject({ code: 7, signal: null });
  });

  it('ends with its signal where that process was killed', async () => {
    expect(await run('cuda:0', { after: "process.kill(process.pid, 'SIGKILL')" })).toMatchObject({
      code: null,
      signal: 'SIGKILL',
    });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('hands %s on to that process', async (signal) => {
    const after = `new Promise(() => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'])
        process.on(name, () => { process.stderr.write('got ' + name); process.exit(5); });
      process.stderr.write('ready');
      setInterval(() => {}, 1000);
    })`;
    const { code, stderr } = await run('cuda:0', { after, signal });
    expect(stderr).toContain(`got ${signal}`);
    expect(code).toBe(5);
  });

  it('is refused where ONNX Runtime would run the whole model on the CPU and say nothing', async () => {
    // An ONNX Runtime that takes every provider and uses the CPU's.
    const silent = cudaApp(
      join(folder, 'silent'),
      `const ort = require('./real.js');
class InferenceSession {
  static create(file, options) {
    return ort.InferenceSession.create(file, { ...options, executionProviders: ['cpu'] });
  }
}
module.exports = { ...ort, InferenceSession, Tensor: ort.Tensor };`,
    );
    const { code, stderr, started } = await run('cuda:0', { on: silent });
    expect(started).toHaveLength(2);
    expect(stderr).toMatch(
      /^baremark: ONNX Runtime opened bert-tiny on cuda:0 but gave all of its nodes to the CPU, /m,
    );
    expect(code).toBe(2);
  });
});
