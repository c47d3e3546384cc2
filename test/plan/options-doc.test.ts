import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { optionsMarkdown } from '../../src/plan/options/doc.js';
import { optionNames } from '../../src/plan/options/table.js';

const readme = fileURLToPath(new URL('../../scenarios/README.md', import.meta.url));
const section = /(<!-- options -->\n)([\s\S]*)(<!-- end of options -->)/;

it('the documentation of plan files holds the tables of the options', () => {
  const made = `\n${optionsMarkdown()}\n\n`;
  const text = readFileSync(readme, 'utf8');
  if (process.env.UPDATE_DOCS === '1')
    writeFileSync(
      readme,
      text.replace(section, (_, a, __, c) => a + made + c),
    );
  expect(section.exec(readFileSync(readme, 'utf8'))?.[2]).toBe(made);
});

it('every option is in the documentation once', () => {
  const flags = [...optionsMarkdown().matchAll(/^\| `--([a-z-]+)/gm)].map((match) => match[1]);
  expect(flags.toSorted()).toEqual(optionNames.toSorted());
});
