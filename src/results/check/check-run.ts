/** Holds the files of one of our runs against each other: what can be computed again from the record and the logs is. */
import { join } from 'node:path';
import { BaremarkError } from '../../base/errors.js';
import { files } from '../layout.js';
import type { DetailLog } from '../read/detail-log.js';
import type { RunDocument } from '../types.js';
import { documentSays, settingsSay } from './document-says.js';
import { fact, latencyFacts } from './facts.js';
import { detailSays } from './logs-say.js';
import { readOwnAccuracy, readOwnDetail, readOwnRecord, readOwnSummary } from './own-files.js';
import { peakFaults, peakSays } from './peak-says.js';
import { recordSays } from './record-says.js';
import { disagreements, silences } from './statement.js';

export interface CheckedRun {
  /** One sentence for each fact in which its files disagree, and for each file that is missing or damaged. */
  readonly disagreements: readonly string[];
  /** Absent where it is missing or damaged. */
  readonly detail?: DetailLog;
  /** Whether there is a record that can be read. */
  readonly hasRecord: boolean;
}

/**
 * What `run.json` says of every run where another file says it: a figure that was taken away must not look as if the run
 * had none. Older runs lack lateness and batches; an aborted run has no verdict; MLPerf's scripts may have scored later.
 */
const stated = [
  ...[fact.result, fact.completed, fact.scheduled, ...latencyFacts.map(({ name }) => name)],
  ...[fact.duration, fact.bound, fact.targetQps],
];

/** Checks the folder `path`, whose `run.json` holds `document`. */
export async function checkRun(path: string, document: RunDocument): Promise<CheckedRun> {
  const faults: string[] = [];
  const attempt = async <T>(read: Promise<T>): Promise<T | undefined> => {
    try {
      return await read;
    } catch (error) {
      if (!(error instanceof BaremarkError)) throw error;
      faults.push(error.message.replaceAll(join(path, '/'), ''));
      return undefined;
    }
  };
  const record = await attempt(readOwnRecord(path, document));
  const detail = await attempt(readOwnDetail(path, document));
  const summary = await attempt(readOwnSummary(path, document));
  const accuracy = await attempt(readOwnAccuracy(path, document));
  const recomputed = record && recordSays(record, document);
  if (record && !recomputed)
    faults.push(`${files.run} lacks settings that LoadGen's rules need, so nothing can be computed again.`);
  faults.push(...peakFaults(document, record));
  const peak = peakSays(document);
  // In the order in which they are believed.
  const others = [
    recomputed && { file: files.record, says: recomputed },
    detail && { file: files.detail, says: detailSays(detail) },
    summary && { file: files.summary, says: summary },
    accuracy && { file: files.accuracyText, says: accuracy },
    { file: `the settings of ${files.run}`, says: settingsSay(document) },
    peak && { file: `the peak of ${files.run}`, says: peak },
  ].filter((witness) => witness !== undefined);
  const own = { file: files.run, says: documentSays(document) };
  const found = [...disagreements([...others, own]), ...silences(own, others, stated)];
  return { disagreements: [...faults, ...found], detail, hasRecord: record !== undefined };
}
