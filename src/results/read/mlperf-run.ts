/** Reads one performance run out of LoadGen's logs, of any round of MLPerf Inference. */
import { join } from 'node:path';
import { BaremarkError } from '../../base/errors.js';
import { files } from '../layout.js';
import type { LatencyPercentiles, ResultRun, TokenResult } from '../types.js';
import { disagreement } from './cross-check.js';
import { type DetailLog, loggedSettings, parseDetailLog } from './detail-log.js';
import type { ScenarioFolder } from './find-scenarios.js';
import { badLog, readLines } from './log-text.js';
import type { percentileNames } from './percentile-names.js';
import { parseSummaryLog, type SummaryLog } from './summary-log.js';
import type { TokenFigures } from './token-figures.js';

const mebibyte = 2 ** 20;
const none: DetailLog = { values: new Map(), damaged: 0 };

/** Takes a sentence about something that is wrong but leaves a run readable. */
export type Report = (problem: string) => void;

/**
 * Reads `mlperf_log_summary.txt`, checked against the detail log where there is one.
 * @throws BaremarkError BAD_LOG where a figure is missing, damaged or contradicted
 */
export async function readMlperfRun(place: ScenarioFolder, path: string, report: Report): Promise<ResultRun> {
  const summaryPath = join(path, files.summary);
  const { lines, cut } = await readLines(summaryPath, mebibyte, 0);
  if (cut) throw badLog(summaryPath, 'is larger than 1 MiB, which no LoadGen summary is');
  const summary = parseSummaryLog(summaryPath, lines);
  if (summary.scenario !== place.scenario)
    throw badLog(
      summaryPath,
      `has the scenario ${summary.scenario} but is in a folder for ${place.scenario}`,
    );
  const detail = await readDetail(path, report);
  const difference = disagreement(summary, detail);
  if (difference)
    throw badLog(summaryPath, `${difference}; one of them is damaged or belongs to another run`);
  return { ...identity(place, path), ...figures(summary, detail), settings: settings(detail) };
}

/** The detail log of a run's folder; an empty one, and a report, where it is missing or cannot be used. */
async function readDetail(path: string, report: Report): Promise<DetailLog> {
  const detailPath = join(path, files.detail);
  const consequence = 'the settings of this run are not known, and its figures rest on the summary alone';
  const lines = await readLines(detailPath, 4 * mebibyte, mebibyte).catch((error: unknown) => {
    if (!(error instanceof BaremarkError)) throw error;
    report(`${error.message.replace(/\.$/, '')}; ${consequence}.`);
  });
  if (!lines) return none;
  const log = parseDetailLog(detailPath, lines.lines);
  if (log.damaged > 0) report(`${detailPath} has ${log.damaged} damaged line(s), which were left out.`);
  if (log.values.size === 0)
    report(`${detailPath} has no :::MLLOG lines (early rounds had another format); ${consequence}.`);
  else if (!log.values.has('effective_scenario') || !log.values.has('result_validity'))
    report(`${detailPath} is cut off: its settings or its results are missing, and stay unknown.`);
  return log;
}

/** Settings as the detail log names them, without prefix. */
export function settings(detail: DetailLog): ResultRun['settings'] {
  return { requested: loggedSettings(detail, 'requested_'), effective: loggedSettings(detail, 'effective_') };
}

function identity(place: ScenarioFolder, path: string) {
  const { system, benchmark, scenario } = place;
  return { source: 'mlperf' as const, system, benchmark, scenario, mode: 'PerformanceOnly' as const, path };
}

type Figures = Omit<ResultRun, keyof ReturnType<typeof identity> | 'settings'>;

function figures(summary: SummaryLog, detail: DetailLog): Figures {
  const { scenario, headline, parameters } = summary;
  const stream = headline.figure === 'latency';
  const latencyMs = inMs(summary.latencyNs);
  const boundNs = parameters.get('target_latency (ns)') ?? 0;
  const percentile = numberOf(detail, 'effective_target_latency_percentile');
  const bounded = scenario === 'Server' && boundNs > 0;
  const queries = queryCount(summary, detail);
  const samples = queries === undefined ? undefined : queries * (parameters.get('samples_per_query') ?? 1);
  const startedAt = detail.values.get('test_datetime');
  return {
    throughput: {
      value: stream ? headline.value / 1e6 : headline.value,
      unit: stream ? 'ms' : 'samples/s',
      figure: headline.figure,
    },
    completedSamplesPerSecond: scenario === 'Offline' ? headline.value : summary.completed,
    scheduledSamplesPerSecond: summary.scheduled,
    targetQps: stream ? undefined : parameters.get('target_qps'),
    latencyMs,
    ...(bounded ? bound(boundNs / 1e6, percentile, latencyMs) : {}),
    tokens: summary.tokens && tokensOf(summary.tokens),
    outcome: summary.outcome,
    queries,
    samples,
    durationS: durationS(summary, samples),
    minDurationS: (parameters.get('min_duration (ms)') ?? Number.NaN) / 1e3,
    startedAt: typeof startedAt === 'string' ? startedAt : undefined,
  };
}

const percentileKeys: Readonly<Record<string, keyof LatencyPercentiles>> = {
  '0.5': 'p50',
  '0.9': 'p90',
  '0.95': 'p95',
  '0.97': 'p97',
  '0.99': 'p99',
  '0.999': 'p999',
};

/** The bound, and the share of it that was used. Without a detail log the percentile is LoadGen's usual 0.99. */
export function bound(boundMs: number, given: number | undefined, latencyMs: LatencyPercentiles) {
  const percentile = given ?? 0.99;
  const key = percentileKeys[String(percentile)];
  return { boundMs, percentile, boundShare: key && boundMs > 0 ? latencyMs[key] / boundMs : undefined };
}

/** A number of the detail log. */
function numberOf(detail: DetailLog, key: string): number | undefined {
  const value = detail.values.get(key);
  return typeof value === 'number' ? value : undefined;
}

/** Queries issued: counted since v2.1; before, Offline has one and Server issues all it generated. */
function queryCount({ scenario }: SummaryLog, detail: DetailLog): number | undefined {
  const counted = numberOf(detail, 'result_query_count');
  if (counted !== undefined) return counted;
  if (scenario === 'Offline') return 1;
  return scenario === 'Server' ? numberOf(detail, 'generated_query_count') : undefined;
}

/** From the start to the last completion: Offline's greatest latency; for Server the samples over their rate. */
function durationS(summary: SummaryLog, samples: number | undefined): number | undefined {
  if (summary.scenario === 'Offline') return summary.latencyNs.max / 1e9;
  if (summary.scenario !== 'Server' || samples === undefined || !summary.completed) return undefined;
  return samples / summary.completed;
}

function tokensOf({ tokensPerSecond, ttftNs, tpotNs, ttftBoundNs, tpotBoundNs }: TokenFigures): TokenResult {
  return {
    perSecond: tokensPerSecond,
    ttftMs: ttftNs && { mean: ttftNs.mean / 1e6, ...percentilesInMs(ttftNs) },
    tpotMs: tpotNs && { mean: tpotNs.mean / 1e6, ...percentilesInMs(tpotNs) },
    ttftBoundMs: ttftBoundNs / 1e6,
    tpotBoundMs: tpotBoundNs / 1e6,
  };
}

function inMs(ns: SummaryLog['latencyNs']): NonNullable<ResultRun['latencyMs']> {
  return {
    min: ns.min / 1e6,
    max: ns.max / 1e6,
    mean: ns.mean / 1e6,
    ...percentilesInMs(ns),
  };
}

function percentilesInMs(ns: Readonly<Record<(typeof percentileNames)[number], number>>): LatencyPercentiles {
  return {
    p50: ns['50.00'] / 1e6,
    p90: ns['90.00'] / 1e6,
    p95: ns['95.00'] / 1e6,
    p97: ns['97.00'] / 1e6,
    p99: ns['99.00'] / 1e6,
    p999: ns['99.90'] / 1e6,
  };
}
