/** The facts of a run that more than one of its files states, by their names in a sentence. */
import { type Rule, rules } from '../document/rule-reasons.js';
import type { RunDocument } from '../types.js';

export const fact = {
  scenario: 'scenario',
  mode: 'mode',
  verdict: 'verdict',
  result: 'result',
  completed: 'rate of completed samples',
  scheduled: 'rate of scheduled samples',
  queries: 'number of queries issued',
  samples: 'number of samples completed',
  failed: 'number of samples failed',
  duration: 'duration',
  minDuration: 'minimum duration',
  bound: 'latency bound',
  targetQps: 'target QPS',
  latenessP50: "50th percentile of the issuer's lateness",
  latenessP99: "99th percentile of the issuer's lateness",
  latenessMax: "issuer's greatest lateness",
  batches: 'number of batches',
  batchSize: 'mean batch size',
  totalSamples: "number of the data set's samples",
  performanceSamples: 'performance sample count',
  startedAt: 'start',
  accuracy: 'accuracy',
} as const;

/** The latencies of a document, and LoadGen's names for them in its summary, its detail log and a sentence. */
export const latencyFacts: readonly {
  readonly key: keyof RunDocument['result']['latencyMs'];
  readonly logged: 'min' | 'max' | 'mean' | '50.00' | '90.00' | '95.00' | '97.00' | '99.00' | '99.90';
  readonly name: string;
}[] = [
  { key: 'min', logged: 'min', name: 'minimum latency' },
  { key: 'max', logged: 'max', name: 'maximum latency' },
  { key: 'mean', logged: 'mean', name: 'mean latency' },
  { key: 'p50', logged: '50.00', name: '50th percentile latency' },
  { key: 'p90', logged: '90.00', name: '90th percentile latency' },
  { key: 'p95', logged: '95.00', name: '95th percentile latency' },
  { key: 'p97', logged: '97.00', name: '97th percentile latency' },
  { key: 'p99', logged: '99.00', name: '99th percentile latency' },
  { key: 'p999', logged: '99.90', name: '99.9th percentile latency' },
];

/** MultiStream reports latencies of samples and of queries. */
export function ofQueries(name: string): string {
  return `${name} of queries`;
}

const ruleNames: Readonly<Record<Rule, string>> = {
  performance: 'rule of the latency bound',
  minDuration: 'rule of the minimum duration',
  minQueries: 'rule of the minimum number of queries',
  earlyStopping: 'rule of early stopping',
};

/** One fact per rule: whether it is satisfied. */
export function ruleFacts(satisfied: (rule: Rule) => boolean | undefined) {
  return rules.map((rule) => {
    const met = satisfied(rule);
    return [ruleNames[rule], met === undefined ? undefined : { value: met ? 'met' : 'not met' }] as const;
  });
}

/** A setting by LoadGen's name. Seeds are strings, because they exceed what a number holds exactly. */
export function settingFact(key: string, value: unknown) {
  const text = typeof value === 'number' ? value : numberOrText(String(value));
  return [`setting ${key}`, { value: text }] as const;
}

/** A whole number that is safe, or a number in LoadGen's notation, such as 1e+20, is compared as a number. */
function numberOrText(text: string): number | string {
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) return text;
  return /^\d+$/.test(text) && !Number.isSafeInteger(number) ? text : number;
}

/** Logs name the second in which a run started. */
export function toSecond(time: string): string {
  const at = Date.parse(time);
  return Number.isNaN(at) ? time : `${new Date(at).toISOString().slice(0, 19)}Z`;
}
