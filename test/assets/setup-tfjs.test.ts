import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type SetupTfjsOptions, setupTfjs } from '../../src/assets/setup-tfjs.js';
import { type Wheel, wheelsOf } from '../../src/assets/tfjs/wheels.js';
import { findTfjs } from '../../src/backends/tfjs/install.js';
import { type CommandOutcome, type Host, localHost, type RunCommand } from '../../src/base/host/host.js';
import { zipFile } from './zip-file.js';

const scratch = mkdtempSync(join(tmpdir(), 'baremark-setup-tfjs-'));
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const exited = (code: number, stderr = ''): CommandOutcome => ({ kind: 'exited', code, stdout: '', stderr });

/** A wheel like the real one of this place in the list, with files of a few bytes. */
function madeUp(real: Wheel, files: Record<string, string>): Wheel & { readonly path: string } {
  const path = join(mkdtempSync(join(scratch, 'wheel-')), real.file);
  const bytes = zipFile(files);
  writeFileSync(path, bytes);
  return { ...real, bytes: bytes.length, unpackedBytes: 100, sha256: sha256(bytes), path };
}

const [realTensorflow, realCublas] = wheelsOf('cuda') as [Wheel, Wheel];
const ptxasWheel = wheelsOf('cuda').find(({ name }) => name === 'nvidia-cuda-nvcc-cu12')!;
const tensorflow = madeUp(realTensorflow, {
  'tensorflow/libtensorflow_cc.so.2': 'cc',
  'tensorflow/libtensorflow_framework.so.2': 'framework',
  'tensorflow/include/tensorflow/c/c_api.h': 'header',
  'tensorflow/python/_pywrap_tfe.so': 'Python',
  'tensorflow/include/absl/base.h': 'other header',
});
const cublas = madeUp(realCublas, {
  'nvidia/cublas/lib/libcublas.so.12': 'cublas',
  'nvidia/cublas/lib/libnvblas.so.12': 'nvblas',
  'nvidia/cublas/include/cublas.h': 'header',
});
const ptxas = madeUp(ptxasWheel, {
  'nvidia/cuda_nvcc/bin/ptxas': 'ptxas',
  'nvidia/cuda_nvcc/bin/cicc': 'cicc',
});
const wheels = [tensorflow, cublas, ptxas];

interface Fakes {
  readonly npm?: RunCommand;
  readonly pip?: RunCommand;
  readonly compiler?: RunCommand;
}

const npmWorks: RunCommand = async (_, __, options) => {
  for (const name of [
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-backend-wasm',
    '@tensorflow/tfjs-node-gpu',
    'node-api-headers',
  ]) {
    const path = join(options?.cwd ?? '', 'node_modules', name, 'package.json');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '{}');
  }
  return exited(0);
};

const pipWorks: RunCommand = async (_, args) => {
  const option = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.split('=')[1] ?? '';
  const [wanted] = readFileSync(option('requirement'), 'utf8').split('==');
  const wheel = wheels.find(({ name }) => name === wanted);
  if (wheel) copyFileSync(wheel.path, join(option('dest'), wheel.file));
  return exited(0);
};

const compilerWorks: RunCommand = async (_, args) => {
  if (args[0] !== '--version') writeFileSync(args.at(-1) ?? '', 'addon');
  return exited(0);
};

/** This machine with other programs, and what was asked of them. */
function withFakes({ npm = npmWorks, pip = pipWorks, compiler = compilerWorks }: Fakes, env = {}) {
  const asked: (readonly string[])[] = [];
  const run: RunCommand = (command, args, options) => {
    asked.push([command, ...args]);
    if (command === 'npm') return npm(command, args, options);
    if (command === 'g++') return compiler(command, args, options);
    if (/^(python3|pip)/.test(command)) return pip(command, args, options);
    return Promise.resolve({ kind: 'missing' });
  };
  return { host: localHost({ run, env }), asked };
}

function setup(host: Host, changes: Partial<SetupTfjsOptions> = {}) {
  const root = changes.root ?? join(mkdtempSync(join(scratch, 'cache-')), 'tfjs');
  const steps: string[] = [];
  const { stubs, ...rest } = changes;
  const result = setupTfjs({
    device: 'cuda',
    host,
    root,
    gpus: async () => ({
      driver: { unavailable: 'no driver' },
      cuda: { unavailable: 'no driver' },
      gpus: { unavailable: 'nvidia-smi is not installed' },
    }),
    onStep: (step) => steps.push(step),
    ...rest,
    stubs: {
      wheelsOf: () => wheels,
      bundle: join(scratch, 'no-bundle'),
      prove: async () => ({ outcome: { kind: 'works', ms: 1 }, version: '2.21.0' }),
      ...stubs,
    },
  });
  return { root, steps, result };
}

const linux = process.platform === 'linux' && process.arch === 'x64';

describe.skipIf(!linux)('baremark setup tfjs (Linux on x64 only)', () => {
  it('lays out what TensorFlow needs and nothing else, and says so last', async () => {
    const { host, asked } = withFakes({});
    const { root, result } = setup(host);
    expect(await result).toMatchObject({ already: false, gaps: [], proof: { version: '2.21.0' } });
    const files = readdirSync(join(root, 'tensorflow', 'cuda'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('.unpacked'))
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .sort();
    expect(files).toEqual([
      'tensorflow/cuda/nvidia/cublas/lib/libcublas.so.12',
      'tensorflow/cuda/nvidia/cuda_nvcc/bin/ptxas',
      'tensorflow/cuda/tensorflow/include/tensorflow/c/c_api.h',
      'tensorflow/cuda/tensorflow/libtensorflow_cc.so.2',
      'tensorflow/cuda/tensorflow/libtensorflow_framework.so.2',
    ]);
    expect(statSync(join(root, files[1] ?? '')).mode & 0o111).toBe(0o111);
    expect(readdirSync(root).sort()).toEqual(['addon', 'installed.json', 'node_modules', 'tensorflow']);
    const place = findTfjs(root);
    expect(place?.variants).toEqual(['cuda']);
    expect(place?.installed.variants.cuda?.versions).toMatchObject({
      '@tensorflow/tfjs-node-gpu': '4.22.0',
      tensorflow: '2.21.0',
      'nvidia-cublas-cu12': realCublas.version,
    });
    expect(place?.installed.variants.cuda?.sha256).toMatchObject({
      [tensorflow.file]: tensorflow.sha256,
      'addon/tfjs_binding-cuda.node': sha256(Buffer.from('addon')),
    });
    const npm = asked.find(([command]) => command === 'npm');
    expect(npm?.slice(1)).toEqual([
      'ci',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--include=optional',
      '--omit=dev',
    ]);
    const compiled = asked.find(([command, first]) => command === 'g++' && first !== '--version');
    expect(compiled).toContain('-DNAPI_VERSION=8');
    expect(compiled).toContain('-Wl,-rpath,$ORIGIN/../tensorflow/cuda/tensorflow');
    const pip = asked.find(([command]) => command === 'python3');
    expect(pip).toEqual(
      expect.arrayContaining(['--no-deps', '--require-hashes', '--platform=manylinux_2_27_x86_64']),
    );
  });

  it('does nothing a second time but prove it, and replaces what was damaged', async () => {
    const { root, result } = setup(withFakes({}).host);
    await result;
    const again = withFakes({});
    expect(await setup(again.host, { root }).result).toMatchObject({ already: true });
    expect(again.asked).toEqual([]);
    writeFileSync(join(root, 'tensorflow', 'cuda', 'nvidia', 'cublas', 'lib', 'libcublas.so.12'), '');
    const repaired = withFakes({});
    expect(await setup(repaired.host, { root }).result).toMatchObject({ already: false });
    expect(findTfjs(root)?.variants).toEqual(['cuda']);
    expect(repaired.asked.some(([command]) => command === 'npm')).toBe(false);
  });

  it('goes on where an interrupted call ended, which left nothing in place', async () => {
    let visits = 0;
    const cutOff: RunCommand = (command, args, options) => {
      visits += 1;
      return visits === 3 ? Promise.resolve(exited(1, 'ERROR: cut off')) : pipWorks(command, args, options);
    };
    const { root, result } = setup(withFakes({ pip: cutOff }).host);
    await expect(result).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(
        /^pip download nvidia-cuda-nvcc-cu12==.+ failed \(it ended with code 1: cut off\); .+--wheel FILE\.$/,
      ),
    });
    expect(findTfjs(root)).toBeUndefined();
    expect(existsSync(join(root, 'tensorflow', 'cuda'))).toBe(false);
    const { host, asked } = withFakes({});
    const { steps, result: rest } = setup(host, { root });
    await rest;
    expect(asked.filter(([command]) => command === 'python3')).toHaveLength(1);
    expect(asked.some(([command]) => command === 'npm')).toBe(false);
    expect(steps[0]).toMatch(/^fetching nvidia-cuda-nvcc-cu12/);
    expect(findTfjs(root)?.variants).toEqual(['cuda']);
  });

  it('takes wheels that are there already, by their checksums, and asks no pip', async () => {
    const { host, asked } = withFakes({});
    const renamed = join(scratch, 'renamed.whl');
    copyFileSync(tensorflow.path, renamed);
    await setup(host, { wheels: [renamed, cublas.path, ptxas.path] }).result;
    expect(asked.some(([command]) => /^(python3|pip)/.test(command ?? ''))).toBe(false);
    expect(existsSync(renamed)).toBe(true);
  });

  it('refuses a wheel that is another one, and says how to get the right one', async () => {
    const { host, asked } = withFakes({});
    const other = join(scratch, tensorflow.file);
    writeFileSync(other, 'another');
    const message = new RegExp(
      `^--wheel names .+, which has 7 bytes; it must be ${tensorflow.file} with ${tensorflow.bytes} bytes and SHA-256 ${tensorflow.sha256}; fetch it with pip download .+ --platform=manylinux_2_27_x86_64 tensorflow==2.21.0\\.$`,
    );
    await expect(setup(host, { wheels: [other] }).result).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringMatching(message),
    });
    await expect(setup(host, { wheels: [join(scratch, 'absent.whl')] }).result).rejects.toThrow(
      'which cannot be read; it must be',
    );
    await expect(setup(host, { device: 'wasm', wheels: [other] }).result).rejects.toThrow(
      'TF.js needs no wheel for wasm; leave it out.',
    );
    expect(asked).toEqual([]);
  });

  it('refuses what pip brings with another checksum', async () => {
    const changed: RunCommand = async (_, args) => {
      const dest = args.find((arg) => arg.startsWith('--dest='))?.slice(7) ?? '';
      writeFileSync(join(dest, tensorflow.file), Buffer.alloc(tensorflow.bytes));
      return exited(0);
    };
    const { root, result } = setup(withFakes({ pip: changed }).host);
    await expect(result).rejects.toThrow(/^pip left no tensorflow-.+ nothing was installed; try again\.$/);
    expect(findTfjs(root)).toBeUndefined();
  });

  it('tries every name of pip before it says that there is none', async () => {
    const absent: RunCommand = async (command) =>
      command === 'python3' ? exited(1, '/usr/bin/python3: No module named pip') : { kind: 'missing' };
    const { host, asked } = withFakes({ pip: absent });
    await expect(setup(host).result).rejects.toThrow(/the command is not installed.*--wheel FILE/);
    expect(asked.filter(([command]) => /^(python3|pip)/.test(command ?? '')).map(([name]) => name)).toEqual([
      'python3',
      'pip3',
      'pip',
    ]);
  });

  it('asks for a compiler before it fetches anything', async () => {
    const none = withFakes({ compiler: async () => ({ kind: 'missing' }) });
    await expect(setup(none.host).result).rejects.toMatchObject({
      code: 'BAD_BACKEND',
      message: expect.stringMatching(/no C\+\+ compiler.*apt-get install g\+\+.*--tfjs/),
    });
    expect(none.asked.some(([command]) => command === 'npm')).toBe(false);
  });

  it('needs no program at all where the bundle has the packages and the addon, and the wheels are given', async () => {
    const { root: bundle, result: elsewhere } = setup(withFakes({}).host, { device: 'cpu' });
    await elsewhere;
    mkdirSync(join(bundle, 'addon'), { recursive: true });
    writeFileSync(join(bundle, 'addon', 'tfjs_binding-cuda.node'), 'from the bundle');
    const { host, asked } = withFakes({});
    const { root, result } = setup(host, { wheels: wheels.map(({ path }) => path), stubs: { bundle } });
    await result;
    expect(asked).toEqual([]);
    expect(findTfjs(root)?.variants).toEqual(['cuda']);
    expect(readFileSync(join(root, 'addon', 'tfjs_binding-cuda.node'), 'utf8')).toBe('from the bundle');
  });

  it('names the error of a compiler that fails', async () => {
    const old: RunCommand = async (_, args) =>
      args[0] === '--version' ? exited(0) : exited(1, 'cc1plus: error: unrecognized option -std=c++17');
    const { root, result } = setup(withFakes({ compiler: old }).host);
    await expect(result).rejects.toThrow(
      /^Compiling TF.js’s addon with g\+\+ failed \(it ended with code 1: unrecognized option/,
    );
    expect(findTfjs(root)).toBeUndefined();
  });

  it('asks for the room on the disk before it fetches anything', async () => {
    const { host, asked } = withFakes({});
    await expect(setup(host, { stubs: { freeBytes: async () => 2e8 } }).result).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: expect.stringMatching(
        /^TF\.js for cuda needs 0\.3 GB in .+, and 0\.2 GB are free there; .+BAREMARK_CACHE .+\.$/,
      ),
    });
    expect(asked.some(([command]) => command === 'npm')).toBe(false);
    let asking = '';
    await setup(host, {
      stubs: {
        wheelsOf,
        freeBytes: async () => 6e9,
      },
    }).result.catch((error) => {
      asking = String(error);
    });
    expect(asking).toMatch(/TF\.js for cuda needs 7\.0 GB in/);
  });

  it('leaves the folder to a call that is at work, and takes it from one that has ended', async () => {
    const root = mkdtempSync(join(scratch, 'root-'));
    writeFileSync(join(root, 'setup.pid'), `${process.pid}\n`);
    await expect(setup(withFakes({}).host, { root }).result).rejects.toThrow(
      `Process ${process.pid} is installing into ${root} already; wait until it has ended.`,
    );
    writeFileSync(join(root, 'setup.pid'), '999999999\n');
    await setup(withFakes({}).host, { root }).result;
    expect(existsSync(join(root, 'setup.pid'))).toBe(false);
  });

  it('says why it does not compute, with what helps', async () => {
    const { root, result } = setup(withFakes({}).host);
    await result;
    const elsewhere = mkdtempSync(join(scratch, 'cuda13-'));
    writeFileSync(join(elsewhere, 'libcublas.so.12'), '');
    const { host } = withFakes({}, { LD_LIBRARY_PATH: elsewhere });
    // The addon is no library: the real proof must say so rather than pass.
    const { proof, gaps } = await setup(host, { root, stubs: { prove: undefined } }).result;
    expect(proof.outcome).toMatchObject({
      kind: 'fails',
      reason: expect.stringContaining('tfjs_binding-cuda.node'),
    });
    expect(gaps.map(({ problem }) => problem)).toEqual([
      'No NVIDIA GPU can be used: nvidia-smi is not installed.',
      expect.stringContaining(`LD_LIBRARY_PATH names ${elsewhere}`),
    ]);
  });

  it('adds the packages of one device to those of another', async () => {
    const { root, result } = setup(withFakes({}).host, { device: 'wasm' });
    expect((await result).installed.versions).toEqual({
      '@tensorflow/tfjs-backend-wasm': '4.22.0',
      '@tensorflow/tfjs-core': '4.22.0',
    });
    const cuda = withFakes({});
    await setup(cuda.host, { root }).result;
    expect(cuda.asked.find(([command]) => command === 'npm')).toContain('--include=optional');
    const wasm = withFakes({});
    expect(await setup(wasm.host, { root, device: 'wasm' }).result).toMatchObject({ already: true });
    expect(findTfjs(root)?.variants).toEqual(['cuda', 'wasm']);
  });
});
