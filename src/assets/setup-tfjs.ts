/** Installs TF.js on a current TensorFlow into the cache, part by part, and proves that it computes. */
import { chmod, readdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join, relative } from 'node:path';
import type { MachineGpus } from '../backends/devices/machine-gpus.js';
import type { Gap } from '../backends/examination.js';
import { variantGaps } from '../backends/tfjs/gaps.js';
import {
  addonPath,
  findTfjs,
  type Installed,
  isNative,
  librariesPath,
  type NativeVariant,
  readInstalled,
  type TfjsVariant,
  tfjsRoot,
} from '../backends/tfjs/install.js';
import { type Proof, proveTfjs } from '../backends/tfjs/proof.js';
import { BaremarkError } from '../base/errors.js';
import { cacheError, makeFolder, sha256File, writeFileWhole } from '../base/files.js';
import { type Host, localHost } from '../base/host/host.js';
import { gigabytes } from '../base/memory.js';
import { type AddonSource, addonSource, placeAddon } from './tfjs/addon.js';
import { fetchWheel, recognize } from './tfjs/fetch-wheel.js';
import { oneAtATime } from './tfjs/one-at-a-time.js';
import { type PackagesPlan, planPackages } from './tfjs/packages.js';
import { type Wheel, wheelsOf } from './tfjs/wheels.js';
import { unzip } from './unzip.js';

export interface SetupTfjsOptions {
  readonly device: TfjsVariant;
  /** Wheels that the user has already, by their paths. */
  readonly wheels?: readonly string[];
  readonly host?: Host;
  /** Where it is installed; the folder of the cache where absent. */
  readonly root?: string;
  /** Told what is being done, one phrase per step. */
  readonly onStep?: (step: string) => void;
  /** Reads the machine's GPUs: what is missing depends on the driver. */
  readonly gpus: (host: Host) => Promise<MachineGpus>;
  /** What tests put in place of the real ones. */
  readonly stubs?: {
    readonly wheelsOf?: (variant: NativeVariant) => readonly Wheel[];
    readonly freeBytes?: (folder: string) => Promise<number>;
    readonly bundle?: string;
    readonly prove?: typeof proveTfjs;
  };
}

export interface SetupTfjsResult {
  readonly root: string;
  /** Whether all of it was there before. */
  readonly already: boolean;
  /** What was installed for the device. */
  readonly installed: NonNullable<Installed['variants'][TfjsVariant]>;
  /** Whether it computes, and on CUDA whether on the GPU. */
  readonly proof: Proof;
  /** What keeps it from computing right, with the remedy. */
  readonly gaps: readonly Gap[];
}

type InstalledFile = SetupTfjsResult['installed']['files'][number];

/** What is to be done for one device. */
interface Plan {
  readonly packages: PackagesPlan;
  readonly wheels: readonly Wheel[];
  readonly addon: AddonSource | undefined;
}

const unpacked = '.unpacked';

function requireLinux(device: TfjsVariant): void {
  if (platform() !== 'linux' || arch() !== 'x64')
    throw new BaremarkError(
      'BAD_BACKEND',
      `TensorFlow for ${device} is installed on Linux on x64 only, and this is ${platform()} on ${arch()}; use --device wasm.`,
    );
}

/** The checksums of the wheels that are unpacked in a folder. */
async function unpackedIn(folder: string): Promise<readonly string[]> {
  return readdir(join(folder, unpacked)).catch(() => []);
}

async function isPlaced(root: string, variant: NativeVariant, wheels: readonly Wheel[]): Promise<boolean> {
  const there = await unpackedIn(librariesPath(root, variant));
  return wheels.every(({ sha256 }) => there.includes(sha256));
}

/** The wheels of a variant that are still to be unpacked; what an interrupted call has unpacked counts. */
async function missingWheels(
  root: string,
  variant: NativeVariant,
  wheels: readonly Wheel[],
): Promise<readonly Wheel[]> {
  if (await isPlaced(root, variant, wheels)) return [];
  const there = await unpackedIn(`${librariesPath(root, variant)}.part`);
  return wheels.filter(({ sha256 }) => !there.includes(sha256));
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function requireSpace(
  root: string,
  device: TfjsVariant,
  needed: number,
  free: typeof freeBytes,
): Promise<void> {
  const there = await free(root);
  if (there >= needed) return;
  throw new BaremarkError(
    'OUTPUT_NOT_WRITABLE',
    `TF.js for ${device} needs ${gigabytes(needed)} in ${root}, and ${gigabytes(there)} are free there; free some space, or set BAREMARK_CACHE to a folder on a larger disk.`,
  );
}

/** Most bytes that the disk must have: what stays, and two copies of the largest wheel while pip hands it over. */
function bytesNeeded(
  packages: PackagesPlan,
  wheels: readonly Wheel[],
  given: ReadonlyMap<Wheel, string>,
): number {
  const stays = wheels.reduce((sum, wheel) => sum + wheel.unpackedBytes, packages.bytes);
  const fetched = wheels.filter((wheel) => !given.has(wheel)).map(({ bytes }) => bytes);
  return stays + 2 * Math.max(0, ...fetched);
}

/** All wheels of a variant, unpacked beside their place and then put there together. */
async function placeLibraries(
  root: string,
  variant: NativeVariant,
  wheels: readonly Wheel[],
  given: ReadonlyMap<Wheel, string>,
  host: Host,
  step: (text: string) => void,
): Promise<void> {
  const place = librariesPath(root, variant);
  const part = `${place}.part`;
  const downloads = join(root, 'downloads');
  try {
    // Of another version of baremark, with other wheels.
    const foreign = (await unpackedIn(part)).some((sha) => wheels.every(({ sha256 }) => sha256 !== sha));
    if (foreign) await rm(part, { recursive: true });
    await makeFolder(join(part, unpacked));
  } catch (error) {
    throw cacheError(part, error);
  }
  for (const wheel of await missingWheels(root, variant, wheels)) {
    const own = given.get(wheel);
    if (own === undefined)
      step(`fetching ${wheel.name} ${wheel.version} with pip (${Math.ceil(wheel.bytes / 1e6)} MB)`);
    const path = own ?? (await fetchWheel(wheel, downloads, host));
    step(`unpacking ${wheel.name} ${wheel.version}`);
    await unzipWheel(path, wheel, part);
    if (own === undefined) await rm(path, { force: true });
  }
  try {
    await chmod(join(part, 'nvidia', 'cuda_nvcc', 'bin', 'ptxas'), 0o755).catch(() => {});
    await rm(place, { recursive: true, force: true });
    await rename(part, place);
    await rm(downloads, { recursive: true, force: true });
  } catch (error) {
    throw cacheError(place, error);
  }
}

async function unzipWheel(path: string, wheel: Wheel, to: string): Promise<void> {
  await unzip(path, wheel.take, to, 'remove it and try again');
  await writeFile(join(to, unpacked, wheel.sha256), `${wheel.file}\n`);
}

/** Files below a folder, with their sizes. */
async function filesBelow(root: string, folder: string): Promise<InstalledFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith(unpacked))
    .map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.sort().map(async (path) => ({ path: relative(root, path), bytes: (await stat(path)).size })),
  );
}

/** Of the packages, what says that they are there: thousands of files would take longer to look at than to load. */
async function packageFiles(root: string, names: readonly string[]): Promise<InstalledFile[]> {
  return Promise.all(
    names.map(async (name) => {
      const path = join('node_modules', name, 'package.json');
      return { path, bytes: (await stat(join(root, path))).size };
    }),
  );
}

async function install(
  root: string,
  device: TfjsVariant,
  { packages, wheels, addon }: Plan,
  given: ReadonlyMap<Wheel, string>,
  host: Host,
  step: (text: string) => void,
): Promise<void> {
  if (packages.bytes > 0)
    step(`bringing the packages of TF.js ${packages.versions['@tensorflow/tfjs-core']}`);
  await packages.install(host);
  const sha256: Record<string, string> = {};
  const files = await packageFiles(root, Object.keys(packages.versions));
  const versions: Record<string, string> = { ...packages.versions };
  if (addon !== undefined && isNative(device)) {
    if (!(await isPlaced(root, device, wheels)))
      await placeLibraries(root, device, wheels, given, host, step);
    step(addon.kind === 'bundled' ? 'taking the addon from the bundle' : 'compiling the addon');
    await placeAddon(root, device, addon, host);
    const path = addonPath(root, device);
    files.push(...(await filesBelow(root, librariesPath(root, device))));
    files.push({ path: relative(root, path), bytes: (await stat(path)).size });
    sha256[relative(root, path)] = await sha256File(path);
    for (const wheel of wheels) {
      versions[wheel.name] = wheel.version;
      sha256[wheel.file] = wheel.sha256;
    }
  }
  const variants = { ...readInstalled(root)?.variants, [device]: { versions, sha256, files } };
  const text = `${JSON.stringify({ schema: 'baremark-tfjs/1', variants } satisfies Installed, null, 2)}\n`;
  await writeFileWhole(join(root, 'installed.json'), text, cacheError);
}

/** What `installed.json` has for a device if that is whole and what this version of baremark would install. */
function whole(
  root: string,
  device: TfjsVariant,
  { packages, wheels }: Plan,
): SetupTfjsResult['installed'] | undefined {
  const place = findTfjs(root);
  const found = place?.variants.includes(device) ? place.installed.variants[device] : undefined;
  if (found === undefined || packages.bytes > 0) return undefined;
  const current =
    Object.entries(packages.versions).every(([name, version]) => found.versions[name] === version) &&
    wheels.every(({ file, sha256 }) => found.sha256[file] === sha256);
  return current ? found : undefined;
}

/**
 * Installs what a device needs, unless it is there, and multiplies two matrices with it in a process of its own. What an
 * interrupted call has finished is kept; nothing is in place before it is whole.
 * Throws `DOWNLOAD_FAILED`, `BAD_BACKEND` without a compiler, `BAD_OPTION` for a wheel that is another one, and
 * `OUTPUT_NOT_WRITABLE` where the disk is too small or another call is at work. That it does not compute is no error:
 * `proof` says it.
 */
export async function setupTfjs(options: SetupTfjsOptions): Promise<SetupTfjsResult> {
  const { device, host = localHost(), root = tfjsRoot(), stubs = {} } = options;
  const step = options.onStep ?? (() => {});
  const native = isNative(device) ? device : undefined;
  if (native !== undefined) requireLinux(device);
  else if (options.wheels?.length)
    throw new BaremarkError(
      'BAD_OPTION',
      `--wheel names ${options.wheels[0]}, but TF.js needs no wheel for ${device}; leave it out.`,
    );
  const wheels = native === undefined ? [] : (stubs.wheelsOf ?? wheelsOf)(native);
  const already = await oneAtATime(root, async () => {
    const packages = await planPackages(root, device, stubs.bundle);
    if (whole(root, device, { packages, wheels, addon: undefined })) return true;
    const given = await recognize(options.wheels ?? [], wheels);
    // Asked before anything is fetched: it may take an hour.
    const addon = native && (await addonSource(native, host, stubs.bundle));
    const missing = native === undefined ? [] : await missingWheels(root, native, wheels);
    await requireSpace(root, device, bytesNeeded(packages, missing, given), stubs.freeBytes ?? freeBytes);
    await install(root, device, { packages, wheels, addon }, given, host, step);
    return false;
  });
  const installed = readInstalled(root)?.variants[device];
  if (installed === undefined)
    throw new BaremarkError(
      'OUTPUT_NOT_WRITABLE',
      `${join(root, 'installed.json')} changed while it was written; run baremark setup tfjs again.`,
    );
  step(`multiplying two matrices on ${device}`);
  const proof = await (stubs.prove ?? proveTfjs)({ root }, device);
  const gaps = variantGaps(device, root, proof.outcome, { gpus: await options.gpus(host), host });
  return { root, already, installed, proof, gaps };
}
