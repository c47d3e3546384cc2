/** Reads `mlperf_log_summary.txt` of any round: the figures LoadGen headlines, its verdict and its latencies. */

import { type Scenario, scenarios } from '../../loadgen/settings/settings.js';
import type { Outcome, ThroughputFigure } from '../types.js';
import { badLog } from './log-text.js';
import { percentileNames } from './percentile-names.js';
import { hasTokens, readTokens, type TokenFigures } from './token-figures.js';

export interface SummaryLog {
  readonly scenario: Scenario;
  readonly mode: 'PerformanceOnly';
  /** Samples/s, or nanoseconds where the figure is a latency. */
  readonly headline: { readonly value: number; readonly figure: ThroughputFigure };
  readonly completed?: number;
  readonly scheduled?: number;
  readonly outcome: Outcome;
  /** Nanoseconds, by `min`, `max`, `mean` and LoadGen's names of the percentiles. */
  readonly latencyNs: Readonly<Record<'min' | 'max' | 'mean' | (typeof percentileNames)[number], number>>;
  /** "Test Parameters Used", numbers only, by LoadGen's names. */
  readonly parameters: ReadonlyMap<string, number>;
  /** Of a benchmark whose answers are tokens. */
  readonly tokens?: TokenFigures;
}

const title = 'MLPerf Results Summary';

/**
 * Parses the lines of a performance run's summary.
 * @throws BaremarkError BAD_LOG where a figure is missing, not a number or contradicted, or the text is cut off
 */
export function parseSummaryLog(path: string, lines: readonly string[]): SummaryLog {
  const titles = lines.filter((line) => line.trim() === title).length;
  if (titles === 0)
    throw badLog(path, `has no "${title}": it is not the summary of a performance run, or is cut off`);
  if (titles > 1) throw badLog(path, `holds ${titles} runs in one file; give each its own folder run_N`);
  const fields = readFields(path, lines);
  const text = (name: string) => fields.get(name);
  const number = (name: string) => {
    const value = fields.get(name);
    return value === undefined ? undefined : toNumber(path, name, value);
  };
  const need = (name: string) => {
    const value = number(name);
    if (value === undefined) throw badLog(path, `has no "${name}": it is cut off or damaged`);
    return value;
  };
  const scenario = scenarioOf(path, text('Scenario'));
  const mode = text('Mode') ?? '';
  if (!/^Performance(Only)?$/.test(mode))
    throw badLog(path, `has the mode ${JSON.stringify(mode)}, so it is not the summary of a performance run`);
  const latencyNs = readLatencies(path, need);
  // Server prints both, one as the headline and one below it.
  const rate = scenario === 'Server' ? need : number;
  const completed = rate('Completed samples per second');
  const scheduled = rate('Scheduled samples per second');
  need('performance_sample_count');
  const tokens = hasTokens(fields) ? readTokens(scenario, need) : undefined;
  // A benchmark of tokens has bounds of its own in place of this one.
  const printed = parameterNames.filter((name) => !tokens || name !== 'target_latency (ns)');
  return {
    scenario,
    mode: 'PerformanceOnly',
    headline: headlineOf(path, scenario, fields, need),
    completed,
    scheduled,
    outcome: loggedOutcome(path, fields, lines),
    latencyNs,
    parameters: new Map(printed.map((name) => [name, need(name)])),
    tokens,
  };
}

const parameterNames = [
  'samples_per_query',
  'target_qps',
  'target_latency (ns)',
  'min_duration (ms)',
  'min_query_count',
  'performance_sample_count',
] as const;

/** "name : value" lines; a name that appears twice must have the same value. */
function readFields(path: string, lines: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const match = /^\s*([^:*]+?)\s*:\s*(.*?)\s*$/.exec(line);
    const [, name, value] = match ?? [];
    if (name === undefined || value === undefined || value === '') continue;
    const before = fields.get(name);
    if (before !== undefined && before !== value && name !== 'SUT name')
      throw badLog(path, `says both ${JSON.stringify(before)} and ${JSON.stringify(value)} for "${name}"`);
    fields.set(name, value);
  }
  return fields;
}

function toNumber(path: string, name: string, value: string): number {
  const number = /^\d+(\.\d+)?(e[+-]?\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw badLog(path, `has ${JSON.stringify(value)} for "${name}", which is not a number of 0 or more`);
}

/** Rounds before v1.0 wrote "Single Stream" with a space. */
function scenarioOf(path: string, value = ''): Scenario {
  const name = value.replace(/ /g, '');
  const scenario = scenarios.find((one) => one === name);
  if (scenario) return scenario;
  throw badLog(path, `has the scenario ${JSON.stringify(value)}, which is not one of LoadGen's`);
}

function headlineOf(
  path: string,
  scenario: Scenario,
  fields: ReadonlyMap<string, string>,
  need: (name: string) => number,
): SummaryLog['headline'] {
  const names = [...fields.keys()];
  if (scenario === 'Offline') return { value: need('Samples per second'), figure: 'samples per second' };
  if (scenario === 'Server') {
    // The headline comes before the verdict; up to v2.1 it is the scheduled rate, later the completed one.
    const before = names.slice(0, names.indexOf('Result is'));
    const [name, other] = before.filter((field) => /^(Scheduled|Completed) samples per second$/.test(field));
    if (!name) throw badLog(path, 'has no samples per second before its verdict: it is cut off or damaged');
    if (other)
      throw badLog(path, `has both "${name}" and "${other}" before its verdict: its lines are out of order`);
    return {
      value: need(name),
      figure: name.startsWith('Completed') ? 'completed samples/s' : 'scheduled samples/s',
    };
  }
  const name = names.find((field) => /^\d+(\.\d+)?th percentile latency \(ns\)$/.test(field));
  if (!name && scenario === 'MultiStream' && fields.has('Samples per query'))
    throw badLog(
      path,
      'counts streams instead of a latency, as MultiStream did before v1.1: it has no figure to compare',
    );
  if (!name) throw badLog(path, 'has no percentile latency as its result: it is cut off or damaged');
  return { value: need(name), figure: 'latency' };
}

function readLatencies(path: string, need: (name: string) => number): SummaryLog['latencyNs'] {
  const at = (name: string) => need(`${name} percentile latency (ns)`);
  const latencyNs = {
    min: need('Min latency (ns)'),
    max: need('Max latency (ns)'),
    mean: need('Mean latency (ns)'),
    '50.00': at('50.00'),
    '90.00': at('90.00'),
    '95.00': at('95.00'),
    '97.00': at('97.00'),
    '99.00': at('99.00'),
    '99.90': at('99.90'),
  };
  const rising = [latencyNs.min, ...percentileNames.map((name) => latencyNs[name]), latencyNs.max];
  const falls = rising.some((value, i) => i > 0 && value < rising[i - 1]!);
  if (falls || latencyNs.mean < latencyNs.min || latencyNs.mean > latencyNs.max)
    throw badLog(
      path,
      'has latencies that do not rise from the minimum through the percentiles to the maximum',
    );
  return latencyNs;
}

function loggedOutcome(path: string, fields: ReadonlyMap<string, string>, lines: readonly string[]): Outcome {
  const verdict = fields.get('Result is');
  // LoadGen 5 and later may leave the number of queries out of the verdict.
  const skipped = (name: string, value: string) => name === 'Min queries satisfied' && value === 'Skipped';
  const unmet = [...fields].filter(
    ([name, value]) => /satisfied$/.test(name) && value !== 'Yes' && !skipped(name, value),
  );
  const odd = unmet.find(([, value]) => value !== 'NO');
  if (odd) throw badLog(path, `has ${JSON.stringify(odd[1])} for "${odd[0]}", which is neither Yes nor NO`);
  if (verdict === 'VALID') {
    if (unmet.length > 0) throw badLog(path, `says VALID and "${unmet[0]![0]}: NO"`);
    return { kind: 'valid' };
  }
  if (verdict !== 'INVALID')
    throw badLog(path, `has the verdict ${JSON.stringify(verdict ?? '')}, neither VALID nor INVALID`);
  const from = lines.findIndex((line) => line.trim() === 'Recommendations:');
  const advice = from < 0 ? [] : takeBullets(lines.slice(from + 1));
  const reasons = [...unmet.map(([name]) => `${name}: NO`), ...advice];
  return { kind: 'invalid', reasons: reasons.length > 0 ? reasons : ['the log gives no reason'] };
}

function takeBullets(lines: readonly string[]): string[] {
  const end = lines.findIndex((line) => !line.startsWith(' * '));
  return lines.slice(0, end < 0 ? lines.length : end).map((line) => line.slice(3).trim());
}
