import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Host, localHost, type RunCommand, runCommand } from '../../src/system/host.js';
import { cuda12Command, cuda13Package, providerLibraries, setupCuda } from '../../src/system/setup-cuda.js';
import { elfLibrary } from './elf-library.js';

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
    const result = await setupCuda({ cuda: 13, runtime, source, host, onStep: (step) => steps.push(step) });
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
      setupCuda({ cuda: 13, runtime, source: tampered, host: withNpm(handOut) }),
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
      setupCuda({ cuda: 13, runtime: freshRuntime(), source, host: withNpm(offline) }),
    ).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('ENOTFOUND') as string,
    });
    await expect(
      setupCuda({
        cuda: 13,
        runtime: freshRuntime(),
        source,
        host: withNpm(async () => ({ kind: 'missing' })),
      }),
    ).rejects.toThrow('the command is not installed');
  });

  it('refuses an ONNX Runtime of another version', async () => {
    await expect(
      setupCuda({ cuda: 13, runtime: freshRuntime('1.30.0'), source, host: withNpm(handOut) }),
    ).rejects.toThrow('onnxruntime-node 1.30.0 is installed, but the CUDA provider is made for 1.29.0');
  });

  it('runs the package’s own script for CUDA 12, and checks what it left', async () => {
    const runtime = freshRuntime();
    expect(cuda12Command(runtime)).toEqual({
      command: process.execPath,
      args: [join(runtime.root, 'script', 'install.js')],
      env: { ONNXRUNTIME_NODE_INSTALL: 'cuda12' },
    });
    mkdirSync(join(runtime.root, 'script'));
    const script = join(runtime.root, 'script', 'install.js');
    writeFileSync(script, 'process.exit(process.env.ONNXRUNTIME_NODE_INSTALL === "cuda12" ? 0 : 3)');
    await expect(setupCuda({ cuda: 12, runtime })).rejects.toThrow('left no CUDA 12 provider');
    writeFileSync(
      join(runtime.libraries, 'libonnxruntime_providers_cuda.so'),
      elfLibrary({ needed: ['libcudart.so.12'] }),
    );
    expect((await setupCuda({ cuda: 12, runtime })).placed).toHaveLength(1);
    writeFileSync(script, 'console.error("no NuGet"); process.exit(1)');
    await expect(setupCuda({ cuda: 12, runtime })).rejects.toThrow('no NuGet');
  });
});
