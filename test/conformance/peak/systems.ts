/** Systems whose truth is known: those of a folder, or our own. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseYaml } from '../../../src/plan/yaml.js';
import { type VirtualSystem, virtualSystemOf } from '../../../src/search/virtual/system.js';
import { goldenPath } from '../../helpers/golden.js';
import { UsageError } from '../report.js';

/** The text of a file, which a child process can be sent. */
export interface SystemFile {
  readonly path: string;
  readonly text: string;
}

export type KnownSystem = VirtualSystem & { readonly truth: number };

/** @throws BaremarkError where the file is no system */
export function systemOf({ path, text }: SystemFile): VirtualSystem {
  return virtualSystemOf(parseYaml(text, path));
}

/** One system a line, as JSON. */
export function ownSystems(): SystemFile[] {
  const path = goldenPath('peak', 'systems.jsonl');
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((text, i) => ({ path: `${path}:${i + 1}`, text }));
}

/** Each YAML file of a folder that states a truth. @throws UsageError where there is none */
export function systemsIn(folder: string): SystemFile[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${folder} cannot be read (${why}); use npm run conformance -- peak DIR.`);
  }
  const files = names
    .filter((name) => /\.ya?ml$/.test(name))
    .sort(new Intl.Collator('en', { numeric: true }).compare)
    .map((name) => join(folder, name))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
    .filter((file) => systemOf(file).truth !== undefined);
  if (files.length === 0)
    throw new UsageError(`${folder} has no system with a truth; give a folder of *.yaml with one in each.`);
  return files;
}
