/** LoadGen's conf files (`mlperf.conf`, `user.conf`): lines `model.scenario.key = value`, with `*` for any model or scenario. */
import { KEYS } from './conf-keys.js';
import { type Scenario, scenarios, type TestSettings } from './settings.js';

export interface ConfEntry {
  /** Counting from 1. */
  readonly line: number;
  readonly model: string;
  readonly scenario: string;
  readonly key: string;
  readonly value: string;
}

export interface ConfProblem {
  readonly line: number;
  /** One sentence that names the thing, the value and the fix. */
  readonly message: string;
}

export interface ParsedConf {
  readonly entries: readonly ConfEntry[];
  /** Lines that LoadGen would refuse, or would silently ignore although they look intended; the file should not be used. */
  readonly problems: readonly ConfProblem[];
}

const SCENARIOS = ['*', ...scenarios];

/** Reads a conf file. A comment takes a whole line, starting with `#`; the `=` stands between spaces. */
export function parseConf(text: string): ParsedConf {
  const entries: ConfEntry[] = [];
  const problems: ConfProblem[] = [];
  text.split('\n').forEach((raw, index) => {
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) return;
    const line = index + 1;
    const message = problemIn(content);
    if (message !== undefined) {
      problems.push({ line, message });
      return;
    }
    const [path, , value] = content.split(/\s+/) as [string, string, string];
    const [model, scenario, key] = path.split('.') as [string, string, string];
    entries.push({ line, model, scenario, key, value });
  });
  return { entries, problems };
}

function problemIn(content: string): string | undefined {
  const tokens = content.split(/\s+/);
  const [path, equals, value] = tokens;
  if (content.includes('#'))
    return `${shown(content)} has a comment behind the value; put the comment on its own line.`;
  if (tokens.length !== 3 || equals !== '=')
    return `${shown(content)} is not of the form "model.scenario.key = value" with spaces around the equals sign; rewrite it.`;
  const parts = path!.split('.');
  if (parts.length !== 3 || parts.includes(''))
    return `${shown(path!)} has ${parts.length} parts instead of three; write model.scenario.key, with * for any model or scenario.`;
  const [, scenario, key] = parts as [string, string, string];
  if (!SCENARIOS.includes(scenario))
    return `${shown(scenario)} in ${shown(path!)} is not a scenario; use one of ${SCENARIOS.join(', ')}.`;
  if (!Object.hasOwn(KEYS, key))
    return `${shown(key)} in ${shown(path!)} is not a key that LoadGen knows; check its spelling.`;
  const problem = KEYS[key]!.problem(value!);
  return problem && `${shown(value!)} ${problem}`;
}

/** Part of a file as a sentence may quote it: not too long, and nothing that a terminal would obey or reorder. */
function shown(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  const escaped = short.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}

/**
 * Applies one file's entries. For each setting the most specific entry counts: `model.Scenario`, then `*.Scenario`,
 * then `model.*`, then `*.*`; of equally specific ones the last. Settings that belong to one scenario are looked up
 * under that scenario, the others under `scenario`. Files apply one after the other, so a later file wins whatever
 * its specificity. A user.conf cannot set the seeds.
 */
export function applyConf(
  settings: TestSettings,
  entries: readonly ConfEntry[],
  model: string,
  scenario: Scenario,
  kind: 'mlperf' | 'user' = 'user',
): TestSettings {
  const changes: Record<string, unknown> = {};
  for (const [key, { targets, mlperfOnly }] of Object.entries(KEYS)) {
    if (mlperfOnly && kind === 'user') continue;
    for (const target of targets) {
      const entry = confEntry(entries, key, model, target.scenario ?? scenario);
      if (entry !== undefined) changes[target.name] = target.read(entry.value);
    }
  }
  return { ...settings, ...changes };
}

/** The entry that counts for a key, a model and a scenario, by the same rule; undefined where there is none. */
export function confEntry(
  entries: readonly ConfEntry[],
  key: string,
  model: string,
  scenario: string,
): ConfEntry | undefined {
  const places = [
    [model, scenario],
    ['*', scenario],
    [model, '*'],
    ['*', '*'],
  ];
  for (const [wantedModel, wantedScenario] of places) {
    const found = entries.findLast(
      (entry) => entry.key === key && entry.model === wantedModel && entry.scenario === wantedScenario,
    );
    if (found) return found;
  }
  return undefined;
}
