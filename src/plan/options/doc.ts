/** A table of options as documentation: a Markdown table for each group. */
import { type OptionTable, optionGroups } from './def.js';

/** Markdown of all options, one table per group; a key of a plan file is the flag's name without its dashes. */
export function optionsMarkdown(table: OptionTable): string {
  const all = Object.entries(table);
  return optionGroups
    .filter((group) => all.some(([, def]) => def.group === group))
    .map((group) => {
      const rows = all
        .filter(([, def]) => def.group === group)
        .map(([name, { value, type, help, scope, repeatable }]) => {
          const flag = value === undefined ? `--${name}` : `--${name} <${value}>`;
          const key = { run: 'plan and runs', plan: 'plan', command: '' }[scope];
          return `| \`${flag}\`${repeatable ? ' (repeatable)' : ''} | ${key} | ${cell(type.must)} | ${cell(help)} |`;
        });
      return [`### ${group}`, '', '| flag | key of | takes | |', '|---|---|---|---|', ...rows].join('\n');
    })
    .join('\n\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
