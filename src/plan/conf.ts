/** Reads the conf files given to a plan, once and before anything runs. */
import { readFileSync } from 'node:fs';
import { BaremarkError, hasErrno, messageOf } from '../base/errors.js';
import { type ConfEntry, parseConf } from '../loadgen/settings/conf.js';

/** A conf file as a plan carries it. */
export interface ConfFile {
  /** Absolute. */
  readonly path: string;
  readonly entries: readonly ConfEntry[];
}

/**
 * Reads a conf file; `where` names the option that gave it.
 * @throws BaremarkError BAD_CONF where it is absent, unreadable or has a line that LoadGen would refuse or ignore
 */
export function readConf(path: string, where: string): ConfFile {
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
  const [problem] = problems;
  if (problem !== undefined)
    throw new BaremarkError('BAD_CONF', `${path} line ${problem.line}: ${problem.message}`);
  return { path, entries };
}
