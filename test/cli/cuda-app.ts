/** A copy of the compiled project with an ONNX Runtime of its own, and a machine around it that has a card and CUDA by its looks. */
import {
  chmodSync,
  constants,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { elfLibrary } from '../base/host/elf-library.js';
import { fixture } from '../system/machine.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const native = 'bin/napi-v6/linux/x64';

/** What the provider links to in this machine, and what it loads late. */
const linked = ['libcublas.so.13', 'libcudart.so.13', 'libcurand.so.10', 'libcuda.so.1'];

export interface CudaApp {
  /** The compiled command line of the copy. */
  readonly main: string;
  readonly env: Readonly<Record<string, string>>;
  /** Folders that the loader must be told of: two of pip's wheels and conda's. */
  readonly libraries: readonly string[];
  /** The folder of the driver's library, which LD_LIBRARY_PATH names from the start. */
  readonly driver: string;
}

/**
 * @param onnxRuntime text of a module that stands in for onnxruntime-node's entry; its own where absent
 */
export function cudaApp(folder: string, onnxRuntime?: string): CudaApp {
  const app = join(folder, 'app');
  mkdirSync(join(app, 'node_modules'), { recursive: true });
  for (const part of ['dist', 'models', 'scenarios', 'package.json'])
    cpSync(join(root, part), join(app, part), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== 'onnxruntime-node' && !name.startsWith('.'))
      symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name));
  const file = (path: string, data: string | Uint8Array = elfLibrary({ needed: [] })): string => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, data);
    return dirname(path);
  };
  const ours = join(app, 'node_modules/onnxruntime-node');
  const theirs = join(root, 'node_modules/onnxruntime-node');
  mkdirSync(join(ours, native), { recursive: true });
  for (const part of ['dist', 'package.json'])
    cpSync(join(theirs, part), join(ours, part), { recursive: true });
  for (const name of readdirSync(join(theirs, native)).filter((name) => !name.includes('providers')))
    copyFileSync(join(theirs, native, name), join(ours, native, name), constants.COPYFILE_FICLONE);
  if (onnxRuntime !== undefined) {
    copyFileSync(join(ours, 'dist/index.js'), join(ours, 'dist/real.js'));
    writeFileSync(join(ours, 'dist/index.js'), onnxRuntime);
  }
  const provider = (name: string) => join(ours, native, `libonnxruntime_providers_${name}.so`);
  file(provider('cuda'), elfLibrary({ needed: linked }));
  // ONNX Runtime loads this one first, so here it needs what the loader has to find.
  file(provider('shared'), elfLibrary({ needed: [...linked, 'libcudnn.so.9'] }));

  const wheels = join(folder, 'venv/lib/python3.11/site-packages/nvidia');
  const toolkit = file(join(wheels, 'cu13/lib/libcudart.so.13'));
  file(join(toolkit, 'libcublas.so.13'));
  const cudnn = file(join(wheels, 'cudnn/lib/libcudnn.so.9'));
  const conda = file(join(folder, 'conda/lib/libcurand.so.10'));
  const driver = file(join(folder, 'driver/libcuda.so.1'));
  const card = fixture('nvidia-smi', 'bare-metal-a100.xml').replace(
    /<cuda_version>[\d.]+/,
    '<cuda_version>13.0',
  );
  const inventory = join(folder, 'inventory.xml');
  writeFileSync(inventory, card);
  const smi = join(folder, 'bin/nvidia-smi');
  file(smi, `#!/bin/sh\n[ "$*" = "-q -x" ] && exec cat '${inventory}'\nexit 1\n`);
  chmodSync(smi, 0o755);
  return {
    main: join(app, 'dist/cli/main.js'),
    env: {
      PATH: `${dirname(smi)}:${process.env.PATH}`,
      VIRTUAL_ENV: join(folder, 'venv'),
      CONDA_PREFIX: join(folder, 'conda'),
      LD_LIBRARY_PATH: driver,
    },
    libraries: [toolkit, cudnn, conda],
    driver,
  };
}

/** A process of the command line, as the probe noted it at its start. */
export interface Started {
  readonly pid: number;
  readonly args: readonly string[];
  readonly libraryPath: readonly string[];
  readonly visible?: string;
}

/**
 * A module for `node --import` that notes each process of the command line in the file PROBE_LOG, and in the one that
 * was started again runs the text of PROBE_AFTER.
 */
export function writeProbe(folder: string): string {
  const path = join(folder, 'probe.mjs');
  writeFileSync(
    path,
    `import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
const { PROBE_LOG, PROBE_AFTER, LD_LIBRARY_PATH = '', CUDA_VISIBLE_DEVICES, BAREMARK_RELAUNCHED } = process.env;
if (isMainThread && process.argv[1]?.endsWith('cli/main.js')) {
  const started = { pid: process.pid, args: process.argv.slice(2), libraryPath: LD_LIBRARY_PATH.split(':'), visible: CUDA_VISIBLE_DEVICES };
  appendFileSync(PROBE_LOG, JSON.stringify(started) + '\\n');
  if (BAREMARK_RELAUNCHED && PROBE_AFTER) await eval(PROBE_AFTER);
}
`,
  );
  return path;
}

export function readProbe(log: string): Started[] {
  return readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Started);
}
