/** Fetches ONNX Runtime's CUDA provider through the user's npm, checks it against a pinned checksum and puts it in place. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, cp, rename, rm } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import type { MachineGpus } from '../backends/devices/machine-gpus.js';
import type { DeviceOutcome, Gap } from '../backends/examination.js';
import { providerGaps, providerState } from '../backends/onnxruntime/cuda.js';
import { findOnnxRuntime, type OnnxRuntimePlace } from '../backends/onnxruntime/install.js';
import { checkProvider } from '../backends/onnxruntime/provider-check.js';
import { BaremarkError, messageOf } from '../base/errors.js';
import { outputError } from '../base/files.js';
import { readElfLinks } from '../base/host/elf.js';
import { type Host, localHost } from '../base/host/host.js';
import { indexLibraries } from '../base/host/libraries.js';
import { mustRun } from './host-command.js';
import { npmPack } from './npm-pack.js';
import { inWorkFolder } from './work-folder.js';

/** The npm package that carries the provider libraries of one ONNX Runtime version, and its checksum in the registry. */
export interface ProviderPackage {
  readonly spec: string;
  readonly integrity: string;
  readonly runtimeVersion: string;
  /** The libraries' folder in the package's archive. */
  readonly folder: string;
}

/** MIT; ONNX Runtime 1.29.0 for CUDA 13, kernels for sm_75 to sm_120a. */
export const cuda13Package: ProviderPackage = {
  spec: 'com.github.asus4.onnxruntime.linux-x64-gpu@0.4.9',
  integrity:
    'sha512-FopIhNE/Ng+v2X65wVc9clPCBCvhvA53Hxo2U0Kf5fGdVsC7iCA+mZ0KLWggcQAj7TIZ6pNidR4AC10g74Xo6w==',
  runtimeVersion: '1.29.0',
  folder: 'package/Plugins/Linux/x64',
};

export const providerLibraries = ['cuda', 'tensorrt', 'shared'].map(
  (name) => `libonnxruntime_providers_${name}.so`,
);

export interface SetupCudaOptions {
  readonly cuda: 12 | 13;
  readonly host?: Host;
  /** Reads the machine's GPUs: what is missing depends on the driver. */
  readonly gpus: (host: Host) => Promise<MachineGpus>;
  /** The ONNX Runtime to complete; the installed one where absent. */
  readonly runtime?: OnnxRuntimePlace;
  readonly source?: ProviderPackage;
  /** Told what is being done, one phrase per step. */
  readonly onStep?: (step: string) => void;
}

export interface SetupCudaResult {
  /** The libraries put in place. */
  readonly placed: readonly string[];
  /** What opening a session on `cuda:0` says now. */
  readonly check: DeviceOutcome;
  /** What is still missing for it, with the commands that bring it. */
  readonly gaps: readonly Gap[];
}

const fetchMs = 30 * 60_000;
const workFolder = ['baremark-cuda-', '700 MB'] as const;

async function integrityOf(file: string): Promise<string> {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return `sha512-${hash.digest('base64')}`;
}

/** Fetches and unpacks the libraries into `folder`; nothing is run from the package. */
async function fetchLibraries(
  source: ProviderPackage,
  folder: string,
  host: Host,
  step: (text: string) => void,
): Promise<void> {
  step(`fetching ${source.spec} with npm (180 MB)`);
  const archive = await npmPack(
    source.spec,
    folder,
    host,
    'check that npm reaches its registry, or bring a bundle made with --cuda on a machine that does',
  );
  step('checking its checksum');
  const found = await integrityOf(archive);
  if (found !== source.integrity)
    throw new BaremarkError(
      'DOWNLOAD_FAILED',
      `${source.spec} has checksum ${found}, but ${source.integrity} is expected; the download was damaged or changed, so nothing was installed; try again.`,
    );
  step('unpacking the provider libraries');
  const members = providerLibraries.map((name) => `${source.folder}/${name}`);
  await mustRun(host, `Unpacking ${basename(archive)}`, 'tar', ['-xzf', archive, '-C', folder, ...members], {
    timeoutMs: 600_000,
    fix: 'check that tar and gzip are installed and that the temporary folder has 500 MB free',
  });
}

/** Copies the libraries beside ONNX Runtime's own, each whole or not at all. */
async function place(from: string, to: string): Promise<readonly string[]> {
  const placed: string[] = [];
  for (const name of providerLibraries) {
    const target = join(to, name);
    try {
      await copyFile(join(from, name), `${target}.part`);
      await rename(`${target}.part`, target);
    } catch (error) {
      await rm(`${target}.part`, { force: true }).catch(() => {});
      throw outputError(target, error);
    }
    placed.push(target);
  }
  return placed;
}

async function setup13(
  runtime: OnnxRuntimePlace,
  source: ProviderPackage,
  host: Host,
  step: (text: string) => void,
): Promise<readonly string[]> {
  if (runtime.version !== source.runtimeVersion)
    throw new BaremarkError(
      'BAD_BACKEND',
      `onnxruntime-node ${runtime.version} is installed, but the CUDA provider is made for ${source.runtimeVersion}; install it with npm install onnxruntime-node@${source.runtimeVersion}.`,
    );
  return inWorkFolder(...workFolder, async (folder) => {
    await fetchLibraries(source, folder, host, step);
    step(`putting them into ${runtime.libraries}`);
    return place(join(folder, source.folder), runtime.libraries);
  });
}

/**
 * The official CUDA 12 provider, by the package's own script (what `npm rebuild` would run, were scripts not switched
 * off). The script writes file by file beside itself, so it runs in a copy: what is there stays until all of it is.
 */
async function setup12(
  runtime: OnnxRuntimePlace,
  host: Host,
  step: (text: string) => void,
): Promise<readonly string[]> {
  return inWorkFolder(...workFolder, async (folder) => {
    for (const part of ['script', 'package.json'])
      await cp(join(runtime.root, part), join(folder, part), { recursive: true });
    step('fetching the CUDA 12 provider with the script of onnxruntime-node');
    const script = join(folder, 'script', 'install.js');
    await mustRun(host, 'The install script of onnxruntime-node', process.execPath, [script], {
      env: {
        ...host.env,
        ONNXRUNTIME_NODE_INSTALL: 'cuda12',
        // The copy finds the script's packages where the original would.
        NODE_PATH: [join(runtime.root, 'node_modules'), dirname(runtime.root)].join(delimiter),
      },
      cwd: folder,
      timeoutMs: fetchMs,
      fix: 'check that api.nuget.org can be reached, or use CUDA 13, which comes from the npm registry: baremark setup cuda',
    });
    const fetched = join(folder, 'bin', 'napi-v6', platform(), arch());
    const cuda = join(fetched, 'libonnxruntime_providers_cuda.so');
    if (!readElfLinks(cuda)?.needed.includes('libcudart.so.12'))
      throw new BaremarkError(
        'DOWNLOAD_FAILED',
        `The install script of onnxruntime-node ${runtime.version} left no CUDA 12 provider, so nothing was installed; use CUDA 13: baremark setup cuda.`,
      );
    step(`putting them into ${runtime.libraries}`);
    return place(fetched, runtime.libraries);
  });
}

/**
 * Installs the CUDA provider and says what is still missing for it to open. Needs 700 MB of disk while it works.
 * Throws `DOWNLOAD_FAILED`, `BAD_BACKEND` or `OUTPUT_NOT_WRITABLE`; a failure leaves what was there before.
 */
export async function setupCuda(options: SetupCudaOptions): Promise<SetupCudaResult> {
  const { host = localHost(), runtime = findOnnxRuntime(), source = cuda13Package } = options;
  const step = options.onStep ?? (() => {});
  if (platform() !== 'linux' || arch() !== 'x64')
    throw new BaremarkError(
      'BAD_BACKEND',
      `The CUDA provider exists for Linux on x64; this is ${platform()} on ${arch()}.`,
    );
  if (!runtime)
    throw new BaremarkError(
      'BAD_BACKEND',
      'onnxruntime-node is not installed; install it with npm install onnxruntime-node.',
    );
  const placed =
    options.cuda === 13 ? await setup13(runtime, source, host, step) : await setup12(runtime, host, step);
  step('opening a session on cuda:0');
  const state = providerState('cuda', runtime, await indexLibraries(host), host);
  const path = [host.env.LD_LIBRARY_PATH, ...state.libraryPath].filter(Boolean).join(':');
  const check = await checkProvider('cuda:0', { env: { LD_LIBRARY_PATH: path }, runtime }).catch(
    (error): DeviceOutcome => ({ kind: 'fails', reason: messageOf(error) }),
  );
  return { placed, check, gaps: check.kind === 'works' ? [] : providerGaps(state, await options.gpus(host)) };
}
