import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { optionsMarkdown } from '../../src/plan/options/doc.js';
import { optionNames, runOptions } from '../../src/plan/options/table.js';
import { searchOptions } from '../../src/plan/options/tune.js';

const readme = fileURLToPath(new URL('../../scenarios/README.md', import.meta.url));

it.each([
  ['options', runOptions],
  ['tune options', searchOptions],
])('the documentation of plan files holds the table of the %s', (name, table) => {
  const section = new RegExp(`(<!-- ${name} -->\\n)([\\s\\S]*)(<!-- end of ${name} -->)`);
  const made = `\n${optionsMarkdown(table)}\n\n`;
  const text = readFileSync(readme, 'utf8');
  if (process.env.UPDATE_DOCS === '1')
    writeFileSync(
      readme,
      text.replace(section, (_, a, __, c) => a + made + c),
    );
  expect(section.exec(readFileSync(readme, 'utf8'))?.[2]).toBe(made);
});

it('every option is in the documentation once', () => {
  const flags = [...optionsMarkdown(runOptions).matchAll(/^\| `--([a-z-]+)/gm)].map((match) => match[1]);
  expect(flags.toSorted()).toEqual(optionNames.toSorted());
});
