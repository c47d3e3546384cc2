/** The machine as the probes see it: its files, its environment and its commands, under a root that tests replace. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrno, messageOf } from '../errors.js';

/** How a command ended; a missing command is an answer, not an error. */
export type CommandOutcome =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'timeout' };

export type RunCommand = (
  command: string,
  args: readonly string[],
  options?: {
    readonly timeoutMs?: number;
    readonly env?: NodeJS.ProcessEnv;
    readonly cwd?: string;
  },
) => Promise<CommandOutcome>;

export interface Host {
  readonly env: NodeJS.ProcessEnv;
  /** The text of a file, or undefined if it cannot be read. */
  read(path: string): string | undefined;
  /** The names in a folder, sorted; empty if it cannot be read. */
  list(path: string): readonly string[];
  exists(path: string): boolean;
  /** Where a path of the machine is on this disk. */
  resolve(path: string): string;
  readonly run: RunCommand;
}

/** Runs a command and keeps its output in memory; never throws. */
export const runCommand: RunCommand = (command, args, options = {}) =>
  new Promise((resolve) => {
    const limits = {
      timeout: options.timeoutMs ?? 1500,
      maxBuffer: 64 << 20,
      killSignal: 'SIGKILL' as const,
    };
    const unstarted = (error: unknown) =>
      resolve({ kind: 'exited', code: 1, stdout: '', stderr: messageOf(error) });
    try {
      execFile(
        command,
        [...args],
        { ...limits, env: options.env, cwd: options.cwd, encoding: 'utf8' },
        (error, stdout, stderr) => {
          if (error === null) return resolve({ kind: 'exited', code: 0, stdout, stderr });
          if (hasErrno(error, 'ENOENT', 'EACCES', 'ENOTDIR')) return resolve({ kind: 'missing' });
          if (error.killed) return resolve({ kind: 'timeout' });
          if (typeof error.code === 'number')
            return resolve({ kind: 'exited', code: error.code, stdout, stderr });
          // Too many open files, or processes: what kept it from starting is all that there is to say.
          return error.signal ? resolve({ kind: 'exited', code: 1, stdout, stderr }) : unstarted(error);
        },
      );
    } catch (error) {
      unstarted(error);
    }
  });

/** The machine this runs on; `root` puts another folder in place of `/`. */
export function localHost(
  options: { readonly root?: string; readonly env?: NodeJS.ProcessEnv; readonly run?: RunCommand } = {},
): Host {
  const resolve = (path: string) => (options.root ? join(options.root, path) : path);
  return {
    env: options.env ?? process.env,
    run: options.run ?? runCommand,
    resolve,
    exists: (path) => existsSync(resolve(path)),
    read(path) {
      try {
        return readFileSync(resolve(path), 'utf8');
      } catch {
        return undefined;
      }
    },
    list(path) {
      try {
        return readdirSync(resolve(path)).sort();
      } catch {
        return [];
      }
    },
  };
}

/** The trimmed text of a file, or undefined if it is absent or empty. */
export function readTrimmed(host: Host, path: string): string | undefined {
  return host.read(path)?.replaceAll('\0', '').trim() || undefined;
}
