import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CommandOutcome, type Host, localHost } from '../../src/base/host/host.js';

/** What commands answer in a made-up machine: text is standard output with code 0; absent ones are missing. */
export type Commands = Readonly<Record<string, string | CommandOutcome>>;

/** A made-up machine: files under a temporary root, commands with fixed answers, keyed by the whole command line. */
export function machine(
  files: Readonly<Record<string, string | Uint8Array>>,
  commands: Commands = {},
  env: NodeJS.ProcessEnv = {},
): Host {
  const root = mkdtempSync(join(tmpdir(), 'baremark-machine-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return localHost({
    root,
    env,
    run: (command, args) => {
      const answer = commands[[command, ...args].join(' ')];
      if (answer === undefined) return Promise.resolve({ kind: 'missing' });
      if (typeof answer === 'string')
        return Promise.resolve({ kind: 'exited', code: 0, stdout: answer, stderr: '' });
      return Promise.resolve(answer);
    },
  });
}

export function fixture(...parts: string[]): string {
  return readFileSync(fileURLToPath(new URL(`fixtures/${parts.join('/')}`, import.meta.url)), 'utf8');
}

/** /proc and /sys topology of `sockets` × `cores` × `threads` CPUs, numbered as Linux does: cores first, then their siblings. */
export function cpuFiles(
  sockets: number,
  cores: number,
  threads: number,
  flags: string,
  model: string,
): Record<string, string> {
  const total = sockets * cores * threads;
  const files: Record<string, string> = {
    '/proc/cpuinfo': Array.from(
      { length: total },
      (_, i) => `processor\t: ${i}\nmodel name\t: ${model}\nflags\t\t: ${flags}\n`,
    ).join('\n'),
    '/sys/devices/system/cpu/online': `0-${total - 1}\n`,
    '/sys/devices/system/node/online': sockets > 1 ? `0-${sockets - 1}\n` : '0\n',
  };
  for (let i = 0; i < total; i++) {
    const core = i % (sockets * cores);
    const folder = `/sys/devices/system/cpu/cpu${i}/topology`;
    files[`${folder}/physical_package_id`] = `${Math.floor(core / cores)}\n`;
    files[`${folder}/core_id`] = `${core % cores}\n`;
  }
  return files;
}
