/** The npm packages of TF.js, fetched by the user's npm from a lock file of our own, with none of their scripts run. */
import { copyFile, cp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import {
  type PackageGroup,
  packageGroups,
  packageGroupsOf,
  type TfjsVariant,
} from '../../backends/tfjs/install.js';
import { BaremarkError } from '../../base/errors.js';
import { cacheError, makeFolder, sha256File, writeFileWhole } from '../../base/files.js';
import type { Host } from '../../base/host/host.js';
import { mustRun } from '../host-command.js';

/**
 * `package.json` and `package-lock.json`, which has a checksum for every package. An offline bundle carries what they
 * stand for beside them, because it has no npm.
 */
export const setupFolder = fileURLToPath(new URL('../../../setup/tfjs/', import.meta.url));

/** Bytes on disk of each group, rounded up. */
const groupBytes: Readonly<Record<PackageGroup, number>> = { optional: 260e6, dev: 170e6 };
const coreBytes = 70e6;

const markerFile = '.baremark.json';
const marker = z.object({ lock: z.string(), groups: z.array(z.enum(packageGroups)) });

const lockManifest = z.object({
  dependencies: z.record(z.string(), z.string()),
  optionalDependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

async function readMarker(root: string, lock: string): Promise<readonly PackageGroup[] | undefined> {
  try {
    const found = marker.parse(JSON.parse(await readFile(join(root, 'node_modules', markerFile), 'utf8')));
    return found.lock === lock ? found.groups : undefined;
  } catch {
    return undefined;
  }
}

export interface PackagesPlan {
  /** The packages of the variant and their versions. */
  readonly versions: Readonly<Record<string, string>>;
  /** What npm will write; 0 where all is there. */
  readonly bytes: number;
  /** Puts them in place, all or none. */
  install(host: Host): Promise<void>;
}

/** What a variant needs from npm, beside what other variants have. */
export async function planPackages(
  root: string,
  variant: TfjsVariant,
  bundle = setupFolder,
): Promise<PackagesPlan> {
  const manifest = lockManifest.parse(JSON.parse(await readFile(join(setupFolder, 'package.json'), 'utf8')));
  const wanted = packageGroupsOf[variant];
  const versions = {
    ...manifest.dependencies,
    ...(wanted.includes('optional') ? manifest.optionalDependencies : {}),
    ...(wanted.includes('dev') ? manifest.devDependencies : {}),
  };
  const lock = await sha256File(join(setupFolder, 'package-lock.json'));
  const there = await readMarker(root, lock);
  const all = packageGroups.filter((group) => wanted.includes(group) || there?.includes(group));
  const complete = there !== undefined && all.length === there.length;
  return {
    versions,
    bytes: complete ? 0 : all.reduce((sum, group) => sum + groupBytes[group], coreBytes),
    install: async (host) => {
      if (complete) return;
      const bundled = await readMarker(bundle, lock);
      const carried = bundled !== undefined && all.every((group) => bundled.includes(group));
      await installPackages(root, all, lock, carried ? copyFrom(bundle) : fetchWith(host));
    },
  };
}

/** Makes `node_modules` in a folder with these groups of packages. */
type Bring = (folder: string, wanted: readonly PackageGroup[]) => Promise<void>;

function copyFrom(bundle: string): Bring {
  return (folder) => cp(join(bundle, 'node_modules'), join(folder, 'node_modules'), { recursive: true });
}

function fetchWith(host: Host): Bring {
  return async (folder, wanted) => {
    for (const name of ['package.json', 'package-lock.json'])
      await copyFile(join(setupFolder, name), join(folder, name));
    const switches = packageGroups.map(
      (group) => `--${wanted.includes(group) ? 'include' : 'omit'}=${group}`,
    );
    await mustRun(host, 'npm ci', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', ...switches], {
      cwd: folder,
      timeoutMs: 3600_000,
      fix: 'check that npm is installed and reaches its registry, or use an offline bundle (npm run bundle -- --tfjs)',
    });
  };
}

async function installPackages(
  root: string,
  wanted: readonly PackageGroup[],
  lock: string,
  bring: Bring,
): Promise<void> {
  const folder = join(root, 'packages.part');
  const place = join(root, 'node_modules');
  try {
    await rm(folder, { recursive: true, force: true });
    await makeFolder(folder);
    await bring(folder, wanted);
    await writeFileWhole(
      join(folder, 'node_modules', markerFile),
      JSON.stringify({ lock, groups: wanted }),
      cacheError,
    );
    await rm(place, { recursive: true, force: true });
    await rename(join(folder, 'node_modules'), place);
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    throw error instanceof BaremarkError ? error : cacheError(place, error);
  }
}
