/** What is known of one system, as labelled texts. */
import type { Measured } from '../../base/measured.js';
import { systemProperties } from '../../compare/differences/differences.js';
import type { ResultSystem } from '../../results/types.js';

/** From the fingerprint of its runs, else from MLPerf's description; fields that it leaves empty are left out. */
export function systemFacts(system: ResultSystem): (readonly [label: string, value: Measured<string>])[] {
  return systemProperties(system, system)
    .filter((property) => 'value' in property.baseline || system.description === undefined)
    .map((property) => [property.label, property.baseline]);
}
