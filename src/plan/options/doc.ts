/** The table of options as documentation: a Markdown table for each group. */
import { optionGroups } from './def.js';
import { optionDef, optionNames } from './table.js';

/** Markdown of all options, one table per group; a key of a plan file is the flag's name without its dashes. */
export function optionsMarkdown(): string {
  return optionGroups
    .map((group) => {
      const names = optionNames.filter((name) => optionDef(name).group === group);
      const rows = names.map((name) => {
        const { value, type, help, scope, repeatable } = optionDef(name);
        const flag = value === undefined ? `--${name}` : `--${name} <${value}>`;
        const key = { run: 'plan and runs', plan: 'plan', command: '' }[scope];
        return `| \`${flag}\`${repeatable ? ' (repeatable)' : ''} | ${key} | ${cell(type.must)} | ${cell(help)} |`;
      });
      return [`### ${group}`, '', '| flag | key of | value | meaning |', '|---|---|---|---|', ...rows].join(
        '\n',
      );
    })
    .join('\n\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
