/**
 * `npm run conformance -- NAME [ARGS]`: compares baremark with a reference. Each NAME is a file beside this one that
 * exports `run`; where it needs no ARGS it compares with test/golden. Ends with "N passed, N failed"; exit code 1 on a failure, 2 on wrong usage.
 */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BaremarkError } from '../../src/base/errors.js';
import { type Counts, UsageError } from './report.js';

const folder = dirname(fileURLToPath(import.meta.url));
const notChecks = new Set(['main.ts', 'report.ts', 'lines.ts']);

function checks(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !notChecks.has(file))
    .map((file) => file.slice(0, -'.ts'.length));
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || !/^[a-z0-9-]+$/.test(name) || !existsSync(join(folder, `${name}.ts`)))
    throw new UsageError(
      `There is no conformance check named "${name ?? ''}"; choose one of ${checks().join(', ')}.`,
    );
  const module: { run?: (args: string[]) => Promise<Counts> } = await import(`./${name}.ts`);
  if (!module.run) throw new UsageError(`"${name}" is not a check; choose one of ${checks().join(', ')}.`);
  const { passed, failed } = await module.run(args);
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof BaremarkError ? error.message : error);
    process.exitCode = error instanceof BaremarkError ? 2 : 70;
  },
);
