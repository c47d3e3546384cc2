/** `mlperf_log_detail.txt`: one `:::MLLOG {...}` line per key, which MLCommons' log parsers read. */

import type { Queries } from '../queries/queries.js';
import type { EffectiveSettings, QslCounts } from '../settings/effective.js';
import type { Summary } from '../summary/summary.js';
import { effectiveEntries, type LogEntry, requestedEntries, text, whole } from './entries.js';
import { resultEntries } from './summary-entries.js';

/** One loadable set as it was issued. */
export interface IssuedSet {
  readonly loaded: Uint32Array;
  readonly queries: Pick<Queries, 'queryCount' | 'samplesPerQuery' | 'scheduledNs'>;
}

/** A whole run, performance or accuracy. Milliseconds count from the opening of the log. */
export interface DetailFacts {
  readonly effective: EffectiveSettings;
  readonly qsl: QslCounts;
  readonly qslName: string;
  readonly sutName: string;
  /** What wrote the log, e.g. `baremark 0.1.0 (rules of LoadGen 6.0.17)`. */
  readonly version: string;
  /** When the log was opened and when the run began and ended: milliseconds since 1970. */
  readonly openedAt: number;
  readonly beganAt: number;
  readonly endedAt: number;
  readonly pid: number;
  readonly sets: readonly IssuedSet[];
  /** How the run ended where it ended naturally by LoadGen's rules (see `issueEndLine`). */
  readonly endMessage?: string;
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  /** Absent for an accuracy run. */
  readonly summary?: Summary;
}

type Level = 'error' | 'warning' | 'plain';

/** The lines of the file in order, each with its line end. */
export function* detailLog(facts: DetailFacts): Generator<string> {
  const { effective, qsl } = facts;
  const line = (at: number, source: string, entry: LogEntry, level: Level = 'plain') =>
    detailLine(entry, { timeMs: at - facts.openedAt, source, level, pid: facts.pid });
  const opened = facts.openedAt;
  yield line(opened, 'version', text('loadgen_version', facts.version));
  for (const entry of [
    text('test_datetime', new Date(opened).toISOString().replace(/\.\d+Z$/, 'Z')),
    text('sut_name', facts.sutName),
    text('qsl_name', facts.qslName),
    whole('qsl_reported_total_count', qsl.totalSampleCount),
    whole('qsl_reported_performance_count', qsl.performanceSampleCount),
  ])
    yield line(opened, 'loadgen', entry);
  for (const entry of [...requestedEntries(effective.requested), ...effectiveEntries(effective)])
    yield line(opened, 'settings', entry);
  const kind = effective.mode === 'AccuracyOnly' ? 'accuracy' : 'performance';
  yield line(facts.beganAt, 'loadgen', text('generic_message', `Starting ${kind} mode`));
  for (const set of facts.sets)
    for (const entry of setEntries(set)) yield line(facts.beganAt, 'loadgen', entry);
  const ended = facts.endedAt;
  if (facts.endMessage !== undefined) yield line(ended, 'issue', text('generic_message', facts.endMessage));
  for (const error of facts.errors) yield line(ended, 'issue', text('error_runtime', error), 'error');
  for (const warning of facts.warnings)
    yield line(ended, 'issue', text('warning_generic_message', warning), 'warning');
  yield line(ended, 'loadgen', text('power_begin', powerTime(facts.beganAt)));
  yield line(ended, 'loadgen', text('power_end', powerTime(ended)));
  if (facts.summary) for (const entry of resultEntries(facts.summary)) yield line(ended, 'results', entry);
}

function setEntries({ loaded, queries }: IssuedSet): LogEntry[] {
  return [
    { key: 'loaded_qsl_set', value: `[${loaded.join(',')}]` },
    whole('generated_query_count', queries.queryCount),
    whole('generated_samples_per_query', queries.samplesPerQuery),
    whole('generated_query_duration', queries.scheduledNs[queries.queryCount - 1] ?? 0),
  ];
}

interface LineContext {
  readonly timeMs: number;
  readonly source: string;
  readonly level: Level;
  readonly pid: number;
}

function detailLine(entry: LogEntry, { timeMs, source, level, pid }: LineContext): string {
  const metadata =
    `{"is_error": ${level === 'error'}, "is_warning": ${level === 'warning'}, ` +
    `"file": "${source}", "line_no": 0, "pid": ${pid}, "tid": ${pid}}`;
  return (
    `:::MLLOG {"key": ${JSON.stringify(entry.key)}, "value": ${entry.value}, "time_ms": ${timeMs.toFixed(6)}, ` +
    `"namespace": "mlperf::logging", "event_type": "POINT_IN_TIME", "metadata": ${metadata}}\n`
  );
}

/** The form MLPerf's power logs are matched by: month-day-year and time to the millisecond, UTC. */
function powerTime(epochMs: number): string {
  const [date, time] = new Date(epochMs).toISOString().replace('Z', '').split('T') as [string, string];
  const [year, month, day] = date.split('-');
  return `${month}-${day}-${year} ${time}`;
}
