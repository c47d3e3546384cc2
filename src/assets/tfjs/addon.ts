/** TF.js's addon, which joins Node to TensorFlow's C API: taken from the bundle, or compiled from the npm package's sources. */
import { copyFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addonPath, librariesPath, type NativeVariant } from '../../backends/tfjs/install.js';
import { BaremarkError } from '../../base/errors.js';
import { cacheError, makeFolder } from '../../base/files.js';
import type { Host } from '../../base/host/host.js';
import { mustRun } from '../host-command.js';
import { setupFolder } from './packages.js';

/** How the addon comes about. */
export type AddonSource =
  | { readonly kind: 'bundled'; readonly path: string }
  | { readonly kind: 'compiled'; readonly compiler: string };

/** Throws `BAD_BACKEND` where there is neither a compiler nor an addon in the bundle. */
export async function addonSource(
  variant: NativeVariant,
  host: Host,
  bundle = setupFolder,
): Promise<AddonSource> {
  const path = addonPath(bundle, variant);
  if (host.exists(path)) return { kind: 'bundled', path };
  for (const compiler of ['g++', 'c++']) {
    const outcome = await host.run(compiler, ['--version'], { timeoutMs: 30_000 });
    if (outcome.kind === 'exited' && outcome.code === 0) return { kind: 'compiled', compiler };
  }
  throw new BaremarkError(
    'BAD_BACKEND',
    'TF.js’s addon for TensorFlow has to be compiled, and there is no C++ compiler (g++); install one (apt-get install g++, or dnf install gcc-c++), or use an offline bundle that carries the addon (npm run bundle -- --tfjs).',
  );
}

/** Puts the addon of a variant into `root`, whole or not at all; the packages and the libraries are there. */
export async function placeAddon(
  root: string,
  variant: NativeVariant,
  source: AddonSource,
  host: Host,
): Promise<void> {
  const target = addonPath(root, variant);
  const part = `${target}.part`;
  try {
    await makeFolder(dirname(target));
    if (source.kind === 'bundled') await copyFile(source.path, part);
    else await compile(root, variant, source.compiler, part, host);
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw error instanceof BaremarkError ? error : cacheError(target, error);
  }
}

/** As the package's binding.gyp says, with the wheel's library in place of the one that the package would download. */
async function compile(
  root: string,
  variant: NativeVariant,
  compiler: string,
  to: string,
  host: Host,
): Promise<void> {
  const modules = join(root, 'node_modules');
  const binding = join(modules, '@tensorflow', 'tfjs-node-gpu', 'binding');
  const libraries = join(librariesPath(root, variant), 'tensorflow');
  await mustRun(
    host,
    `Compiling TF.js’s addon with ${compiler}`,
    compiler,
    [
      '-std=c++17',
      '-O2',
      '-fPIC',
      '-shared',
      '-s',
      '-DNAPI_VERSION=8',
      `-I${join(modules, 'node-api-headers', 'include')}`,
      `-I${join(libraries, 'include')}`,
      join(binding, 'tfjs_backend.cc'),
      join(binding, 'tfjs_binding.cc'),
      `-L${libraries}`,
      '-l:libtensorflow_cc.so.2',
      '-l:libtensorflow_framework.so.2',
      // Relative, so that the cache may be moved.
      `-Wl,-rpath,$ORIGIN/../tensorflow/${variant}/tensorflow`,
      // NVIDIA's libraries, which TensorFlow's needs, are looked for where it runs.
      '-Wl,--allow-shlib-undefined',
      '-o',
      to,
    ],
    {
      timeoutMs: 600_000,
      fix: 'install a compiler with C++17 (g++ 9 or later), or use an offline bundle that carries the addon (npm run bundle -- --tfjs)',
    },
  );
}
