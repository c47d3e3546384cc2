import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.js';
import { readDoc, root } from './markdown.js';

/** Documents, and the script whose commands nobody tries without a GPU. */
const sources = [
  'README.md',
  'CONTRIBUTING.md',
  'scenarios/README.md',
  'bench/gpu/README.md',
  'bench/gpu/measure.sh',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
];

/** `baremark NAME …` up to the end of its line, of its code span or of its pipe; lines that end with \ are one. */
function commandLines(text: string): readonly (readonly string[])[] {
  const joined = text.replace(/\\\n\s*/g, ' ');
  return [...joined.matchAll(/baremark ([a-z]+\b[^`\n|#>]*)/g)]
    .map((match) => match[1]!.trim().split(/\s+/))
    .filter(([name]) => Object.hasOwn(commands, name!));
}

async function flagsOf(name: string): Promise<ReadonlySet<string>> {
  const command = new Command(name);
  (await commands[name]!.load()).configure(command);
  const all = [command, ...command.commands].flatMap(({ options }) => options);
  return new Set([...all.map(({ long }) => long!), '--help']);
}

describe('commands in the documents', () => {
  const found = sources.flatMap((source) =>
    commandLines(readDoc(source)).map((words) => ({ source, words, line: words.join(' ') })),
  );

  it('are found, also over several lines', () => {
    expect(found.length).toBeGreaterThan(20);
    expect(
      commandLines('$ baremark run --a \\\n  --b 1 | head\n`baremark compare x --c`, a baremark tuned'),
    ).toEqual([
      ['run', '--a', '--b', '1'],
      ['compare', 'x', '--c'],
    ]);
  });

  it.each(found)('$source: $line', async ({ words: [name, ...words] }) => {
    const flags = await flagsOf(name!);
    const given = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.match(/^--[a-z-]+/)![0]);
    expect(given.filter((flag) => !flags.has(flag))).toEqual([]);
  });
});
