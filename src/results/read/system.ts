/** Reads a folder that must hold the results of exactly one system. */
import type { QualityTargets } from '../../accuracy/quality.js';
import { BaremarkError } from '../../base/errors.js';
import type { ResultSystem } from '../types.js';
import { readResults } from './results.js';

export interface SystemFolder {
  readonly system: ResultSystem;
  /** One sentence for each file that could not be read or is not trusted. */
  readonly problems: readonly string[];
}

/**
 * `targets` judge the accuracy of an MLPerf submission, as in `readResults`.
 * @throws BaremarkError `BAD_RESULTS` where the folder holds no results, or those of several systems
 */
export async function readSystem(dir: string, targets: QualityTargets): Promise<SystemFolder> {
  const { systems, problems } = await readResults(dir, targets);
  return { system: onlySystem(dir, systems), problems };
}

/** @throws BaremarkError `BAD_RESULTS` unless there is exactly one */
export function onlySystem(dir: string, systems: readonly ResultSystem[]): ResultSystem {
  const [system] = systems;
  if (systems.length === 1 && system) return system;
  throw new BaremarkError(
    'BAD_RESULTS',
    `${dir} has ${systems.length} systems (${systems.map(({ name }) => name).join(', ')}); give the folder of one of them.`,
  );
}
