/** Reads the files beside `run.json` that a run of ours wrote; each that is missing or damaged is a `BaremarkError`. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { files } from '../layout.js';
import { parseAccuracy } from '../read/accuracy-text.js';
import { type DetailLog, parseDetailLog } from '../read/detail-log.js';
import { badLog, readLines } from '../read/log-text.js';
import { readRecord } from '../read/record.js';
import { parseSummaryLog } from '../read/summary-log.js';
import type { RunDocument, StoredRecord } from '../types.js';
import { fact } from './facts.js';
import { summarySays } from './logs-say.js';
import { type Said, statement } from './statement.js';

const mebibyte = 2 ** 20;

/** Undefined where a run has none: it issued nothing, or measured several loadable sets one after the other. */
export async function readOwnRecord(path: string, document: RunDocument): Promise<StoredRecord | undefined> {
  const record = join(path, files.record);
  const exists = await stat(record).then(
    () => true,
    () => false,
  );
  const { accuracy_sample_count: wanted, performance_sample_count: held } = document.settings;
  const severalSets = document.mode === 'AccuracyOnly' && Number(wanted) > Number(held);
  if (!exists && (severalSets || document.result.queries === 0)) return undefined;
  if (!exists) throw badLog(record, 'is missing, so nothing can be computed again');
  return readRecord(record);
}

export async function readOwnDetail(path: string, { mode }: RunDocument): Promise<DetailLog> {
  const file = join(path, files.detail);
  const { lines } = await readLines(file, 4 * mebibyte, mebibyte);
  const log = parseDetailLog(file, lines);
  if (log.damaged > 0) throw badLog(file, `has ${log.damaged} damaged line(s)`);
  const results = mode === 'AccuracyOnly' || log.values.has('result_validity');
  if (!log.values.has('effective_scenario') || !results)
    throw badLog(file, 'is cut off: its settings or its results are missing');
  return log;
}

/** Undefined for an accuracy run, whose summary holds no figures. */
export async function readOwnSummary(
  path: string,
  { mode, outcome }: RunDocument,
): Promise<ReadonlyMap<string, Said> | undefined> {
  const file = join(path, files.summary);
  const { lines } = await readLines(file, mebibyte, 0);
  if (mode === 'AccuracyOnly') return undefined;
  // A run in which next to nothing completed has no figures; LoadGen prints that as nan or inf.
  const verdict = lines.find((line) => line.startsWith('Result is'))?.replace(/^Result is *: */, '');
  if (outcome.kind !== 'valid' && verdict !== undefined && lines.some((line) => /: -?(nan|inf)$/.test(line)))
    return statement([[fact.verdict, { value: verdict }]]);
  return summarySays(parseSummaryLog(file, lines));
}

/** Undefined where the run was not scored. */
export async function readOwnAccuracy(
  path: string,
  { accuracy }: RunDocument,
): Promise<ReadonlyMap<string, Said> | undefined> {
  if (!accuracy) return undefined;
  const file = join(path, files.accuracyText);
  const { lines } = await readLines(file, mebibyte, mebibyte);
  const { metric, value } = parseAccuracy(file, lines, undefined);
  // mAP is printed in percent with three decimals, F1 in full.
  const slack = metric === 'mAP' ? 0.501e-5 : 0;
  return statement([[fact.accuracy, { value, slack }]]);
}
