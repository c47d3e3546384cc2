/**
 * `queries [FILE.jsonl]`: loadable sets, sample indices and scheduled times against what LoadGen generated, by default
 * the settings in test/golden.
 */

import { loadableSets } from '../../src/loadgen/queries/loadable-sets.js';
import { generateQueries } from '../../src/loadgen/queries/queries.js';
import { type EffectiveSettings, effectiveSettings } from '../../src/loadgen/settings/effective.js';
import {
  defaultSettings,
  type Scenario,
  type TestMode,
  type TestSettings,
} from '../../src/loadgen/settings/settings.js';
import { loadgenGolden } from '../helpers/golden.js';
import { parseLines, readText } from './lines.js';
import { type CaseResult, type Counts, report } from './report.js';

interface ReferenceSet {
  readonly loaded_count: number;
  readonly loaded_fnv1a64: string;
  readonly loaded_head: readonly number[];
  readonly query_count: number;
  readonly sample_count: number;
  readonly indices_fnv1a64: string;
  readonly indices_head: readonly number[];
  readonly schedule_ns_fnv1a64: string;
  readonly schedule_ns_head: readonly number[];
  readonly last_scheduled_ns: number;
}

interface ReferenceCase {
  readonly name: string;
  readonly scenario: Scenario;
  readonly mode: TestMode;
  readonly settings: Readonly<Record<string, number | boolean | string>> & {
    readonly qsl_total: number;
    readonly qsl_performance: number;
  };
  readonly effective: Readonly<Record<string, number>>;
  readonly loadable_set_count: number;
  readonly sets: readonly ReferenceSet[];
}

export async function run(args: string[]): Promise<Counts> {
  return report(checkQueries(args[0]));
}

/** Checks every case of a file of this form. */
export function checkQueries(path = loadgenGolden('queries.jsonl')): CaseResult[] {
  const text = readText(path, 'queries FILE.jsonl');
  return parseLines(path, text, parseCase).map((reference) => ({
    name: reference.name,
    differences: differencesOf(reference),
  }));
}

function parseCase(line: string): ReferenceCase {
  const parsed = JSON.parse(line) as ReferenceCase;
  if (!parsed.settings || !parsed.effective || !Array.isArray(parsed.sets))
    throw new Error('settings, effective or sets is missing');
  return parsed;
}

function differencesOf(reference: ReferenceCase): string[] {
  const differences: string[] = [];
  const expect = (what: string, ours: unknown, theirs: unknown) => {
    if (JSON.stringify(ours) !== JSON.stringify(theirs))
      differences.push(`${what} is ${JSON.stringify(ours)}, expected ${JSON.stringify(theirs)}`);
  };
  const qsl = {
    totalSampleCount: reference.settings.qsl_total,
    performanceSampleCount: reference.settings.qsl_performance,
  };
  const effective = effectiveSettings(settingsOf(reference), qsl);
  for (const [name, value] of Object.entries(reference.effective))
    expect(`effective ${name}`, effectiveValue(effective, name), value);
  const sets = loadableSets(effective, qsl);
  expect('loadable sets', sets.length, reference.loadable_set_count);
  reference.sets.forEach((theirs, i) => {
    const loaded = sets[i];
    if (!loaded) return;
    const queries = generateQueries(effective, loaded);
    expect(`set ${i} size`, loaded.length, theirs.loaded_count);
    expect(`set ${i} hash`, fnv1a64(loaded), theirs.loaded_fnv1a64);
    expect(`set ${i} head`, head(loaded, theirs.loaded_head), theirs.loaded_head);
    expect(`set ${i} queries`, queries.queryCount, theirs.query_count);
    expect(`set ${i} samples`, queries.rowCount, theirs.sample_count);
    expect(`set ${i} sample hash`, fnv1a64(queries.samples), theirs.indices_fnv1a64);
    expect(`set ${i} sample head`, head(queries.samples, theirs.indices_head), theirs.indices_head);
    expect(`set ${i} schedule hash`, fnv1a64(queries.scheduledNs), theirs.schedule_ns_fnv1a64);
    expect(
      `set ${i} schedule head`,
      head(queries.scheduledNs, theirs.schedule_ns_head),
      theirs.schedule_ns_head,
    );
    expect(`set ${i} last scheduled`, queries.scheduledNs.at(-1), theirs.last_scheduled_ns);
  });
  return differences;
}

const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function settingsOf(reference: ReferenceCase): TestSettings {
  const given = Object.entries(reference.settings)
    .filter(([name]) => name !== 'qsl_total' && name !== 'qsl_performance')
    .map(([name, value]) => [camelCase(name), name.endsWith('_seed') ? BigInt(value) : value]);
  return { ...defaultSettings(reference.scenario, reference.mode), ...Object.fromEntries(given) };
}

/** The references give durations in microseconds. */
function effectiveValue(effective: EffectiveSettings, name: string): unknown {
  if (name === 'target_duration_us') return effective.targetDurationNs / 1000;
  return effective[camelCase(name) as keyof EffectiveSettings];
}

const head = (values: Uint32Array | Float64Array, like: readonly number[]) =>
  Array.from(values.subarray(0, like.length));

/**
 * FNV-1a, 64 bits, over each value as 8 bytes, little-endian, from the offset basis 1469598103934665603,
 * which is the one the references were made with. The 64-bit state is kept in two halves of 32 bits.
 */
export function fnv1a64(values: Uint32Array | Float64Array): string {
  let high = Number(1469598103934665603n >> 32n);
  let low = Number(1469598103934665603n & 0xffffffffn);
  const prime = 0x1b3;
  for (const value of values) {
    let rest = value;
    for (let byte = 0; byte < 8; byte++) {
      low = (low ^ (rest & 0xff)) >>> 0;
      // Dividing keeps values above 2^32 exact, which shifting would not.
      rest = Math.floor(rest / 256);
      // The prime is 2^40 + 0x1b3: a shift of the low half into the high one, and a small product.
      const product = low * prime;
      high = (Math.imul(high, prime) + Math.floor(product / 4294967296) + (low << 8)) >>> 0;
      low = product >>> 0;
    }
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
