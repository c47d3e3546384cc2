/** What LoadGen's summary and detail log of one of our runs say, fact by fact. */
import { type DetailLog, loggedSettings } from '../read/detail-log.js';
import type { SummaryLog } from '../read/summary-log.js';
import { fact, latencyFacts, ofQueries, ruleFacts, settingFact, toSecond } from './facts.js';
import { type Said, said, sixDigits, statement } from './statement.js';

/** The summary prints Server's rates with two decimals. */
const twoDecimals = 0.00501;

export function summarySays(summary: SummaryLog): Map<string, Said> {
  const { scenario, headline, scheduled, parameters, latencyNs, outcome } = summary;
  const rate = (value: number) =>
    said(value, 'samples/s', scenario === 'Server' ? twoDecimals : sixDigits(value));
  const nameOf = (latency: string) => (scenario === 'MultiStream' ? ofQueries(latency) : latency);
  return statement([
    [fact.scenario, said(scenario)],
    [fact.mode, said(summary.mode)],
    [fact.verdict, said(outcome.kind === 'valid' ? 'VALID' : 'INVALID')],
    [fact.result, headline.figure === 'latency' ? said(headline.value / 1e6, 'ms') : rate(headline.value)],
    [fact.scheduled, scheduled === undefined ? undefined : rate(scheduled)],
    ...latencyFacts.map(({ logged, name }) => [nameOf(name), said(latencyNs[logged] / 1e6, 'ms')] as const),
    ...[...parameters].map(([name, value]) => parameterFact(name, value)),
  ]);
}

/** `target_latency (ns)` is the setting `target_latency_ns`. Durations are whole milliseconds everywhere else. */
function parameterFact(name: string, value: number) {
  const [key, { value: number }] = settingFact(name.replace(/ \((\w+)\)$/, '_$1'), value);
  return [key, said(number, undefined, name.startsWith('min_duration') ? 1 : undefined)] as const;
}

export function detailSays({ values }: DetailLog): Map<string, Said> {
  const text = (key: string) => (typeof values.get(key) === 'string' ? String(values.get(key)) : undefined);
  const number = (key: string) => (typeof values.get(key) === 'number' ? Number(values.get(key)) : undefined);
  const real = (key: string) => {
    const value = number(key);
    return value === undefined ? undefined : said(value, 'samples/s', sixDigits(value));
  };
  const latency = (logged: string, of: '' | 'query_' | 'per_query_') => {
    const ns = number(`result_${logged}_${of}latency_ns`);
    return said(ns === undefined ? undefined : ns / 1e6, 'ms');
  };
  const at = text('test_datetime');
  const rules = {
    performance: values.get('result_perf_constraints_met'),
    minDuration: values.get('result_min_duration_met'),
    minQueries: values.get('result_min_queries_met'),
    earlyStopping: values.get('early_stopping_met'),
  };
  return statement([
    [fact.scenario, said(text('effective_scenario'))],
    [fact.mode, said(text('effective_test_mode'))],
    [fact.verdict, said(text('result_validity'))],
    ...ruleFacts((rule) => (typeof rules[rule] === 'boolean' ? rules[rule] : undefined)),
    [fact.result, real('result_samples_per_second') ?? real('result_completed_samples_per_sec')],
    [fact.scheduled, real('result_scheduled_samples_per_sec')],
    ...latencyFacts.flatMap(({ logged, name }) => {
      const isPercentile = /\d/.test(logged);
      const one = isPercentile ? `${logged}_percentile` : logged;
      return [
        [name, latency(one, '')] as const,
        [ofQueries(name), latency(one, isPercentile ? 'per_query_' : 'query_')] as const,
      ];
    }),
    [fact.queries, said(number('result_query_count'))],
    [fact.totalSamples, said(number('qsl_reported_total_count'))],
    [fact.performanceSamples, said(number('qsl_reported_performance_count'))],
    [fact.startedAt, said(at === undefined ? undefined : toSecond(at))],
    ...Object.entries(loggedSettings({ values, damaged: 0 }, 'effective_')).map(([key, value]) =>
      settingFact(key, value),
    ),
  ]);
}
