/** Brings one wheel: a file that the user has, one that an earlier call left, or the registry's, through the user's pip. */
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BaremarkError } from '../../base/errors.js';
import { cacheError, makeFolder, sha256File } from '../../base/files.js';
import type { CommandOutcome, Host } from '../../base/host/host.js';
import { failed } from '../host-command.js';
import type { Wheel } from './wheels.js';

const fetchMs = 2 * 3600_000;

/** How pip may be called; a Python without pip is passed over. */
const pips: readonly (readonly [string, ...string[]])[] = [['python3', '-m', 'pip'], ['pip3'], ['pip']];

/** The command that fetches a wheel on another machine. */
export function pipCommand({ name, version, file }: Wheel): string {
  return `pip download ${platformArgs(file).join(' ')} ${name}==${version}`;
}

/** What pip must be told to take the wheel whatever Python it runs in: the tags that end the file's name. */
function platformArgs(file: string): readonly string[] {
  const platforms = (
    file
      .replace(/\.whl$/, '')
      .split('-')
      .at(-1) ?? ''
  ).split('.');
  return [
    '--no-deps',
    '--only-binary=:all:',
    '--python-version=3.12',
    ...platforms.map((tag) => `--platform=${tag}`),
  ];
}

/** Which of the user's files are which wheels, by their checksums. Throws `BAD_OPTION` for one that is none of them. */
export async function recognize(
  files: readonly string[],
  wheels: readonly Wheel[],
): Promise<ReadonlyMap<Wheel, string>> {
  const found = new Map<Wheel, string>();
  for (const file of files) {
    const bytes = (await stat(file).catch(() => undefined))?.size;
    const sized = wheels.some((wheel) => wheel.bytes === bytes);
    const sha256 = sized ? await sha256File(file) : undefined;
    const wheel = wheels.find((candidate) => candidate.sha256 === sha256);
    if (wheel === undefined) throw unknownWheel(file, bytes, sha256, wheels);
    found.set(wheel, file);
  }
  return found;
}

function unknownWheel(
  file: string,
  bytes: number | undefined,
  sha256: string | undefined,
  wheels: readonly Wheel[],
): BaremarkError {
  const what =
    bytes === undefined
      ? 'which cannot be read'
      : sha256 === undefined
        ? `which has ${bytes} bytes`
        : `which has SHA-256 ${sha256}`;
  const named = wheels.find((wheel) => file.endsWith(wheel.file));
  const [first] = wheels;
  const wanted = named ?? first;
  return new BaremarkError(
    'BAD_OPTION',
    `--wheel names ${file}, ${what}; it must be ${wanted?.file} with ${wanted?.bytes} bytes and SHA-256 ${wanted?.sha256}${wheels.length > 1 && !named ? ` or one of its ${wheels.length - 1} companions` : ''}; fetch it with ${wanted && pipCommand(wanted)}.`,
  );
}

async function isWhole(path: string, wheel: Wheel): Promise<boolean> {
  const bytes = (await stat(path).catch(() => undefined))?.size;
  return bytes === wheel.bytes && (await sha256File(path)) === wheel.sha256;
}

/**
 * Fetches a wheel into `folder`, unless it is there, and returns its path. pip checks the checksum, and so do we.
 * Throws `DOWNLOAD_FAILED`.
 */
export async function fetchWheel(wheel: Wheel, folder: string, host: Host): Promise<string> {
  const path = join(folder, wheel.file);
  if (await isWhole(path, wheel)) return path;
  const incoming = join(folder, 'incoming');
  const requirements = join(folder, 'requirements.txt');
  try {
    // What a pip that was cut off left there would only take room.
    await rm(incoming, { recursive: true, force: true });
    await makeFolder(incoming);
    await writeFile(requirements, `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  } catch (error) {
    throw cacheError(incoming, error);
  }
  const outcome = await runPip(host, incoming, [
    'download',
    ...platformArgs(wheel.file),
    '--require-hashes',
    // Half a gigabyte that nobody asks for again.
    '--no-cache-dir',
    '--disable-pip-version-check',
    '--progress-bar=off',
    `--requirement=${requirements}`,
    `--dest=${incoming}`,
  ]);
  if (outcome.kind !== 'exited' || outcome.code !== 0)
    throw failed(
      `pip download ${wheel.name}==${wheel.version}`,
      outcome,
      `check that pip is installed and reaches its registry, or fetch it on a machine that does (${pipCommand(wheel)}) and give the file with --wheel FILE`,
    );
  const fetched = join(incoming, wheel.file);
  if (!(await isWhole(fetched, wheel)))
    throw new BaremarkError(
      'DOWNLOAD_FAILED',
      `pip left no ${wheel.file} with SHA-256 ${wheel.sha256}, so nothing was installed; try again.`,
    );
  await rename(fetched, path);
  return path;
}

async function runPip(host: Host, folder: string, args: readonly string[]): Promise<CommandOutcome> {
  let outcome: CommandOutcome = { kind: 'missing' };
  for (const [command, ...first] of pips) {
    // pip puts what it fetches into the temporary folder first, which may be a small one in memory.
    const env = { ...host.env, TMPDIR: folder };
    outcome = await host.run(command, [...first, ...args], { timeoutMs: fetchMs, env });
    const absent = outcome.kind === 'exited' && /No module named '?pip/.test(outcome.stderr);
    if (absent) outcome = { kind: 'missing' };
    if (outcome.kind !== 'missing') break;
  }
  return outcome;
}
