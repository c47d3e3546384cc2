/** Finds NVIDIA's libraries: those that the loader finds by itself, and those that are not on its path. */
import { realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Host } from './host.js';

type LibraryOrigin = 'loader' | 'cuda toolkit' | 'pip' | 'conda';

export interface FoundLibrary {
  readonly soname: string;
  readonly path: string;
  /** As precise as its file name or its package tells, e.g. `13.0.2`. */
  readonly version?: string;
  readonly origin: LibraryOrigin;
}

interface Place {
  readonly folder: string;
  readonly origin: LibraryOrigin;
}

/** Children of a folder that match, as full paths. */
function children(host: Host, folder: string, pattern: RegExp): readonly string[] {
  return host
    .list(folder)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));
}

/** Folders of Python packages that may hold NVIDIA's wheels: virtual environments, the user's and the system's. */
function sitePackages(host: Host): readonly string[] {
  const { VIRTUAL_ENV, HOME, CONDA_PREFIX } = host.env;
  const prefixes = [VIRTUAL_ENV, CONDA_PREFIX, HOME && join(HOME, '.local'), '/usr/local', '/usr'];
  const found = prefixes.flatMap((prefix) =>
    prefix
      ? children(host, join(prefix, 'lib'), /^python3/).flatMap((python) =>
          ['site-packages', 'dist-packages'].map((name) => join(python, name)),
        )
      : [],
  );
  return [...new Set(found)].filter((folder) => host.exists(folder));
}

/** Folders of one Python installation in which NVIDIA's wheels keep libraries. */
function wheelFolders(host: Host, site: string): readonly string[] {
  return [
    ...children(host, join(site, 'nvidia'), /^\w/).map((folder) => join(folder, 'lib')),
    join(site, 'tensorrt_libs'),
  ].filter((folder) => host.exists(folder));
}

function aside(host: Host): readonly Place[] {
  const cuda = children(host, '/usr/local', /^cuda/).flatMap((folder) => [
    join(folder, 'lib64'),
    join(folder, 'targets', 'x86_64-linux', 'lib'),
  ]);
  const conda = host.env.CONDA_PREFIX ? [join(host.env.CONDA_PREFIX, 'lib')] : [];
  return [
    ...cuda.map((folder) => ({ folder, origin: 'cuda toolkit' as const })),
    ...sitePackages(host).flatMap((site) =>
      wheelFolders(host, site).map((folder) => ({ folder, origin: 'pip' as const })),
    ),
    ...conda.map((folder) => ({ folder, origin: 'conda' as const })),
  ];
}

/** Reads `ldconfig -p`: library name to path, for this machine's architecture first. */
export function parseLdconfig(output: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [, soname, kind, path] = /^\s+(\S+) \(([^)]*)\) => (.+)$/.exec(line) ?? [];
    if (soname && path && kind?.includes('64') && !found.has(soname)) found.set(soname, path.trim());
  }
  return found;
}

const loaderFolders = [
  '/lib/x86_64-linux-gnu',
  '/usr/lib/x86_64-linux-gnu',
  '/lib64',
  '/usr/lib64',
  '/lib',
  '/usr/lib',
];

export interface LibraryIndex {
  /** The library of this name, the loader's own choice first; undefined if there is none. */
  find(soname: string): FoundLibrary | undefined;
  /** The folders to add to LD_LIBRARY_PATH so that the loader finds those of these names that it does not find by itself. */
  foldersFor(sonames: readonly string[]): readonly string[];
}

/** Which wheel a library comes from; the wheel gives its version. */
const wheels: readonly (readonly [RegExp, RegExp])[] = [
  [/^libcudart/, /^nvidia_cuda_runtime/],
  [/^libcublas/, /^nvidia_cublas/],
  [/^libcudnn/, /^nvidia_cudnn/],
  [/^libcurand/, /^nvidia_curand/],
  [/^libcufft/, /^nvidia_cufft/],
  [/^libnv(infer|onnxparser)/, /^tensorrt\w*_libs/],
];

function wheelVersion(host: Host, path: string, soname: string): string | undefined {
  const site = /^(.*\/(?:site|dist)-packages)\//.exec(path)?.[1];
  const wheel = wheels.find(([library]) => library.test(soname))?.[1];
  if (site === undefined || wheel === undefined) return undefined;
  const info = host.list(site).find((name) => wheel.test(name) && name.endsWith('.dist-info'));
  return info && /-([\d.]+)\.dist-info$/.exec(info)?.[1];
}

/** `13.0.2` of `libcudart.so.13.0.2`, following links. */
function fileVersion(host: Host, path: string): string | undefined {
  try {
    return /\.so\.([\d.]+)$/.exec(basename(realpathSync(host.resolve(path))))?.[1];
  } catch {
    return undefined;
  }
}

/** Looks once at all places where libraries may be, so that finding one is quick. */
export async function indexLibraries(host: Host): Promise<LibraryIndex> {
  const commands = ['ldconfig', '/sbin/ldconfig'];
  let cache: ReadonlyMap<string, string> = new Map();
  for (const command of commands) {
    const outcome = await host.run(command, ['-p'], { timeoutMs: 3000 });
    if (outcome.kind !== 'exited' || outcome.code !== 0) continue;
    cache = parseLdconfig(outcome.stdout);
    break;
  }
  const own = (host.env.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => folder !== '');
  const places = aside(host);
  const within = (folders: readonly string[], soname: string) =>
    folders.map((folder) => join(folder, soname)).find((path) => host.exists(path));
  const described = (soname: string, path: string, origin: LibraryOrigin): FoundLibrary => ({
    soname,
    path,
    version: wheelVersion(host, path, soname) ?? fileVersion(host, path),
    origin,
  });
  const find = (soname: string): FoundLibrary | undefined => {
    const loaded = within(own, soname) ?? cache.get(soname) ?? within(loaderFolders, soname);
    if (loaded !== undefined) return described(soname, loaded, 'loader');
    const place = places.find(({ folder }) => host.exists(join(folder, soname)));
    return place && described(soname, join(place.folder, soname), place.origin);
  };
  return {
    find,
    foldersFor(sonames) {
      const found = sonames
        .flatMap((soname) => find(soname) ?? [])
        .filter(({ origin }) => origin !== 'loader');
      const folders = found.map(({ path, soname }) => path.slice(0, -soname.length - 1));
      // Wheels load each other's libraries at first use, so one wheel's folder needs its neighbours' too.
      const sites = folders.flatMap((folder) => /^(.*\/(?:site|dist)-packages)\//.exec(folder)?.[1] ?? []);
      const neighbours = [...new Set(sites)].flatMap((site) => wheelFolders(host, site));
      return [...new Set([...folders, ...neighbours])];
    },
  };
}
