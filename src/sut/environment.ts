/** The environment variables that can change what is measured, as they are set: only these are ever recorded. */
import { createHash } from 'node:crypto';
import type { BackendProfile } from '../backends/profile.js';

/** What every process with Node and the C library reads, whatever the backend. */
const generalVariables: readonly string[] = [
  'NODE_OPTIONS',
  'UV_THREADPOOL_SIZE',
  'LD_PRELOAD',
  'LD_BIND_NOW',
  'GLIBC_TUNABLES',
  'MALLOC_*',
];

/** Environments hold secrets: a variable with such a word is left out, even where a prefix covers it. */
const secret = /(^|_)(TOKENS?|SECRETS?|PASSWD|PASSWORDS?|KEYS?|AUTH|CREDENTIALS?)(_|$)/i;

/** Lists of libraries can be long; a longer value is told apart by its hash. */
const longestValue = 200;

/** By name, sorted; empty where none is set. */
export function environmentOf(
  { environment = [] }: Pick<BackendProfile, 'environment'>,
  env: NodeJS.ProcessEnv = process.env,
): Readonly<Record<string, string>> {
  const listed = [...generalVariables, ...environment];
  const covered = (name: string) =>
    listed.some((one) =>
      one.endsWith('*') ? name.startsWith(one.slice(0, -1)) && !secret.test(name) : name === one,
    );
  const set = Object.entries(env).flatMap(([name, value]): [string, string][] =>
    value !== undefined && covered(name) ? [[name, clipped(value)]] : [],
  );
  return Object.fromEntries(set.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function clipped(value: string): string {
  if (value.length <= longestValue) return value;
  const hash = createHash('sha256').update(value).digest('hex').slice(0, 16);
  return `${value.slice(0, longestValue)}… (${value.length} characters, SHA-256 ${hash}…)`;
}
