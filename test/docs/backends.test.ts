import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { simulatedOptions } from '../../src/backends/simulated/options.js';
import { codeBlocks, codeSpans, readDoc, root, section } from './markdown.js';

const page = readDoc('docs/backends.md');
const examples = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.js'));

/** What the compiler says of a file that imports the package by its name, as a user's would. */
function typeErrors(code: string): readonly string[] {
  const folder = mkdtempSync(join(root, 'dist', 'docs-'));
  try {
    const file = join(folder, 'block.ts');
    writeFileSync(file, code);
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    const program = ts.createProgram([file], { ...options, noEmit: true });
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the page for a backend's author", () => {
  it('shows every example as it is', () => {
    const shown = codeBlocks(page, 'js').map((block) => block.trim());
    expect(shown.toSorted()).toEqual(examples.map((name) => readDoc(`examples/${name}`).trim()).toSorted());
  });

  it('goes with a README that lists every built-in backend', () => {
    const builtIn = readdirSync(join(root, 'src/backends')).filter((name) =>
      existsSync(join(root, 'src/backends', name, 'backend.ts')),
    );
    expect(builtIn.length).toBeGreaterThan(1);
    const listed = codeSpans(section(readDoc('README.md'), 'Your own backend'));
    expect(builtIn.filter((name) => !listed.includes(name))).toEqual([]);
  });

  it('lists every option of the simulated backend, with its default', () => {
    const rows = section(page, 'The simulated backend').matchAll(/^\| (`.*?) \| (.*?) \| .* \|$/gm);
    const listed = [...rows].flatMap(([, names, values]) => {
      const given = values!.split(', ');
      return codeSpans(names!).map((name, i) => [name, given[i]] as const);
    });
    const defaults = Object.entries(simulatedOptions({}));
    expect(listed).toEqual(defaults.map(([name, value]) => [name, String(value)]));
  });

  it('has only TypeScript that compiles', () => {
    const blocks = codeBlocks(page, 'ts');
    expect(blocks.length).toBeGreaterThan(0);
    expect(blocks.flatMap(typeErrors)).toEqual([]);
    expect(typeErrors("import type { Backend } from 'baremark'; export const b: Backend = 1;")).toHaveLength(
      1,
    );
  });

  it('has a test file that passes with node --test', () => {
    const { status, stdout } = spawnSync(process.execPath, ['--test', 'examples/echo-backend.test.js'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/pass 8\b/);
    expect(status).toBe(0);
  });
});
