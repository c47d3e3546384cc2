/** Command lines that a person can copy into a shell. */
import { isAbsolute, relative } from 'node:path';

/**
 * How this command was called, shown in a report as the way to make it again. Paths are relative to the working folder:
 * where somebody keeps their files is nobody else's business.
 */
export function commandLine(args: readonly string[] = process.argv.slice(2), folder = process.cwd()): string {
  const near = (word: string) => {
    const [, flag = '', path = ''] = /^(--[\w-]+=)?(.*)$/s.exec(word) ?? [];
    return isAbsolute(path) ? `${flag}${relative(folder, path) || '.'}` : word;
  };
  return ['baremark', ...args.map(near).map(quoted)].join(' ');
}

/** `baremark run` of what `tune` was given, with what it found in this file. */
export function tunedRunLine(options: Readonly<Record<string, unknown>>, file: string): string {
  const flags = Object.entries(options).flatMap(([name, value]) =>
    [value].flat().flatMap((each) => [`--${name}`, quoted(String(each))]),
  );
  return ['baremark run', ...flags, '--scenario Offline,Server --tuned', quoted(file)].join(' ');
}

/** A word as a POSIX shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
