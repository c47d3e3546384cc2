import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { cuda13Package, providerLibraries, setupCuda } from '../../src/assets/setup-cuda.js';
import type { BaremarkError } from '../../src/base/errors.js';
import { type Host, localHost, type RunCommand, runCommand } from '../../src/base/host/host.js';
import { readMachineGpus } from '../../src/system/gpu/machine-gpus.js';
import { elfLibrary } from '../base/host/elf-library.js';

const scratch = mkdtempSync(join(tmpdir(), 'baremark-setup-'));

/** An archive like the registry's: stub libraries that need what the real ones need, and a file that must not be placed. */
function archive(): string {
  const from = join(scratch, 'source');
  const folder = join(from, cuda13Package.folder);
  mkdirSync(folder, { recursive: true });
  for (const name of providerLibraries)
    writeFileSync(join(folder, name), elfLibrary({ needed: ['libcudart.so.13', 'libcuda.so.1'] }));
  writeFileSync(join(from, 'package/README.md'), 'read me');
  const path = join(scratch, 'provider-0.4.9.tgz');
  execFileSync('tar', ['-czf', path, '-C', from, 'package']);
  return path;
}

const tgz = archive();
const integrity = `sha512-${createHash('sha512').update(readFileSync(tgz)).digest('base64')}`;
const source = { ...cuda13Package, integrity };

/** This machine, with an npm that hands out the archive. */
function withNpm(npm: RunCommand): Host {
  return localHost({
    run: (command, args, options) => (command === 'npm' ? npm : runCommand)(command, args, options),
  });
}

const handOut: RunCommand = async (_, args) => {
  copyFileSync(tgz, join(args.at(-1) ?? '', 'provider-0.4.9.tgz'));
  return { kind: 'exited', code: 0, stdout: '', stderr: '' };
};

function freshRuntime(version = '1.29.0') {
  const root = mkdtempSync(join(scratch, 'ort-'));
  const libraries = join(root, 'bin');
  mkdirSync(libraries);
  return { root, version, libraries };
}

const linux = process.platform === 'linux' && process.arch === 'x64';

describe.skipIf(!linux)('baremark setup cuda (Linux on x64 only)', () => {
  it('fetches, checks and places the three libraries, and says what is still missing', async () => {
    const runtime = freshRuntime();
    const steps: string[] = [];
    const asked: string[][] = [];
    const host = withNpm((command, args, options) => {
      asked.push([command, ...args.slice(0, 3)]);
      return handOut(command, args, options);
    });
    const result = await setupCuda({
      cuda: 13,
      gpus: readMachineGpus,
      runtime,
      source,
      host,
      onStep: (step) => steps.push(step),
    });
    expect(asked).toEqual([['npm', 'pack', cuda13Package.spec, '--ignore-scripts']]);
    expect(result.placed).toEqual(providerLibraries.map((name) => join(runtime.libraries, name)));
    for (const path of result.placed) expect(existsSync(path)).toBe(true);
    expect(existsSync(join(runtime.libraries, 'README.md'))).toBe(false);
    expect(steps[0]).toContain(cuda13Package.spec);
    // The stub is no library that can be loaded: the check must say so rather than pass.
    expect(result.check.kind).toBe('fails');
  });

  it('installs nothing when the checksum is wrong', async () => {
    const runtime = freshRuntime();
    const tampered = { ...source, integrity: cuda13Package.integrity };
    await expect(
      setupCuda({ cuda: 13, gpus: readMachineGpus, runtime, source: tampered, host: withNpm(handOut) }),
    ).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('nothing was installed') as string,
    });
    expect(existsSync(join(runtime.libraries, 'libonnxruntime_providers_cuda.so'))).toBe(false);
  });

  it('says what to do when npm fails or is not there', async () => {
    const offline: RunCommand = () =>
      Promise.resolve({ kind: 'exited', code: 1, stdout: '', stderr: 'npm error ENOTFOUND' });
    await expect(
      setupCuda({ cuda: 13, gpus: readMachineGpus, runtime: freshRuntime(), source, host: withNpm(offline) }),
    ).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('ENOTFOUND') as string,
    });
    await expect(
      setupCuda({
        cuda: 13,
        gpus: readMachineGpus,
        runtime: freshRuntime(),
        source,
        host: withNpm(async () => ({ kind: 'missing' })),
      }),
    ).rejects.toThrow('the command is not installed');
  });

  it('names a temporary folder that is not there, before anything is fetched', async () => {
    vi.stubEnv('TMPDIR', join(scratch, 'absent'));
    const asked: string[] = [];
    const npm: RunCommand = async (command) => {
      asked.push(command);
      return { kind: 'missing' };
    };
    for (const cuda of [12, 13] as const)
      await expect(
        setupCuda({ cuda, gpus: readMachineGpus, runtime: freshRuntime(), source, host: withNpm(npm) }),
      ).rejects.toMatchObject({
        code: 'OUTPUT_NOT_WRITABLE',
        message: expect.stringMatching(
          /^The temporary folder .*absent cannot be written \(.+\); set TMPDIR to a folder with 700 MB free\.$/,
        ),
      });
    vi.unstubAllEnvs();
    expect(asked).toEqual([]);
  });

  it('refuses an ONNX Runtime of another version', async () => {
    await expect(
      setupCuda({
        cuda: 13,
        gpus: readMachineGpus,
        runtime: freshRuntime('1.30.0'),
        source,
        host: withNpm(handOut),
      }),
    ).rejects.toThrow('onnxruntime-node 1.30.0 is installed, but the CUDA provider is made for 1.29.0');
  });

  /** An ONNX Runtime whose install script does this; `put` writes a library where the script's own folder would have it. */
  function withScript(text: string) {
    const runtime = freshRuntime();
    mkdirSync(join(runtime.root, 'script'));
    writeFileSync(join(runtime.root, 'package.json'), '{}');
    const library = elfLibrary({ needed: ['libcudart.so.12'] }).toString('base64');
    writeFileSync(
      join(runtime.root, 'script', 'install.js'),
      `const fs = require('fs'), path = require('path');
const folder = path.join(__dirname, '../bin/napi-v6/linux/x64');
fs.mkdirSync(folder, { recursive: true });
const put = (name) => fs.writeFileSync(path.join(folder, 'libonnxruntime_providers_' + name + '.so'), Buffer.from('${library}', 'base64'));
${text}`,
    );
    return runtime;
  }

  it('runs the package’s own script for CUDA 12 and places what it fetched', async () => {
    const runtime = withScript(
      `if (process.env.ONNXRUNTIME_NODE_INSTALL === 'cuda12') ['cuda', 'tensorrt', 'shared'].forEach(put);`,
    );
    const { placed } = await setupCuda({ cuda: 12, gpus: readMachineGpus, runtime });
    expect(placed).toEqual(providerLibraries.map((name) => join(runtime.libraries, name)));
    for (const path of placed) expect(existsSync(path)).toBe(true);
  });

  it.each([
    ['ends half-way', `put('cuda'); throw new Error('getaddrinfo ENOTFOUND api.nuget.org');`],
    ['fetches nothing', ''],
    ['lacks a package of its own', `put('cuda'); require('no-such-package');`],
  ])('leaves what was there where the script %s, and says so in one sentence', async (_, text) => {
    const runtime = withScript(text);
    const cuda = join(runtime.libraries, 'libonnxruntime_providers_cuda.so');
    writeFileSync(cuda, 'what was there');
    const error = (await setupCuda({ cuda: 12, gpus: readMachineGpus, runtime }).catch(
      (thrown) => thrown,
    )) as BaremarkError;
    expect(error).toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(error.message).toMatch(
      /^The install script of onnxruntime-node .*(ENOTFOUND api\.nuget\.org|nothing was installed|no-such-package).*baremark setup cuda\.$/,
    );
    expect(error.message).not.toMatch(/node:internal|Node\.js v|\n/);
    expect(readFileSync(cuda, 'utf8')).toBe('what was there');
    expect(readdirSync(runtime.libraries)).toEqual(['libonnxruntime_providers_cuda.so']);
  });
});
