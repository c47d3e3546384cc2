/** Conf files given to a plan: checked before anything runs, and asked which settings they contain. */
import { readFileSync } from 'node:fs';
import { BaremarkError, hasErrno, messageOf } from '../base/errors.js';
import { type ConfEntry, parseConf } from '../loadgen/settings/conf.js';
import type { ScenarioName } from '../results/types.js';

/**
 * The entries of a conf file, or none where none is given. Throws `BAD_CONF` where it is absent, unreadable or has a
 * line that LoadGen would refuse or ignore.
 */
export function readConf(path: string | undefined, where: string): readonly ConfEntry[] {
  if (path === undefined) return [];
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = hasErrno(error, 'ENOENT')
      ? 'which does not exist'
      : hasErrno(error, 'EISDIR')
        ? 'which is not a file'
        : `which cannot be read (${messageOf(error)})`;
    throw new BaremarkError('BAD_CONF', `${where} is ${path}, ${why}; give the path of a file.`, {
      cause: error,
    });
  }
  const { entries, problems } = parseConf(text);
  const problem = problems[0];
  if (problem !== undefined)
    throw new BaremarkError('BAD_CONF', `${path} line ${problem.line}: ${problem.message}`);
  return entries;
}

/** Whether these entries say this key for a model and a scenario. */
export function says(
  entries: readonly ConfEntry[],
  key: string,
  model: string,
  scenario: ScenarioName,
): boolean {
  return entries.some(
    (entry) =>
      entry.key === key && ['*', model].includes(entry.model) && ['*', scenario].includes(entry.scenario),
  );
}
