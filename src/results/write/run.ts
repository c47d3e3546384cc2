/** Writes a finished run into its reserved folder: first under a temporary name, then everything is renamed, `run.json` last. */
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BaremarkError } from '../../base/errors.js';
import { outputError } from '../../base/files.js';
import { formatDocument } from '../document/file.js';
import { files } from '../layout.js';
import type { QueryColumns, RunDocument } from '../types.js';
import { writeRecord } from './record.js';
import { discardRun, type RunFolder } from './run-folder.js';
import { writeSummaryCsv } from './summary-csv.js';
import { type KnownSystem, writeSystem } from './system-description.js';

export interface RunArtifacts {
  readonly document: RunDocument;
  /** `mlperf_log_summary.txt`, whole. */
  readonly summaryText: string;
  /** Lines of `mlperf_log_detail.txt`; a line end is added where one is missing. */
  readonly detailLog: Iterable<string>;
  /** `mlperf_log_accuracy.json` in pieces, written as they are; an empty list is written where absent. */
  readonly accuracyLog?: Iterable<string> | AsyncIterable<string>;
  /** `accuracy.txt`, whole. */
  readonly accuracyText?: string;
  /** Written as `queries.arrow`. */
  readonly record?: QueryColumns;
  /** `telemetry.csv`, whole. */
  readonly telemetryCsv?: string;
  /** What is known of the system, by MLPerf's field names. */
  readonly systemDescription: KnownSystem;
}

export interface WrittenRun {
  readonly path: string;
  readonly summaryCsv: string;
  /** Sentences about other runs in the results folder that could not be read for `summary.csv`. */
  readonly problems: readonly string[];
}

/**
 * Writes the run, its system's description and the results folder's `summary.csv`.
 * @throws BaremarkError OUTPUT_NOT_WRITABLE; then none of the run's files exists under its own name
 */
export async function writeRun(folder: RunFolder, artifacts: RunArtifacts): Promise<WrittenRun> {
  const part = join(folder.path, `.part-${randomBytes(4).toString('hex')}`);
  const placed: string[] = [];
  try {
    const document = formatDocument(artifacts.document);
    await mkdir(part);
    const names = await writeParts(part, artifacts);
    await writeFile(join(part, files.run), document);
    for (const name of [...names, files.run]) {
      const path = join(folder.path, name);
      placed.push(path);
      await rename(join(part, name), path);
    }
    await rm(part, { recursive: true });
  } catch (error) {
    for (const path of [part, ...placed]) await rm(path, { recursive: true, force: true }).catch(() => {});
    await discardRun(folder);
    throw isFileError(error) ? outputError(folder.path, error) : error;
  }
  await writeSystem(folder.out, folder.system, artifacts.systemDescription);
  const { path: summaryCsv, problems } = await writeSummaryCsv(folder.out);
  return { path: folder.path, summaryCsv, problems };
}

/** Writes all but `run.json`; returns the files' names. */
async function writeParts(part: string, artifacts: RunArtifacts): Promise<string[]> {
  const names: string[] = [];
  const place = (name: string) => {
    names.push(name);
    return join(part, name);
  };
  await writeFile(place(files.summary), artifacts.summaryText);
  await writeLines(place(files.detail), artifacts.detailLog);
  await writePieces(place(files.accuracyLog), artifacts.accuracyLog ?? ['[\n]\n']);
  if (artifacts.accuracyText !== undefined)
    await writeFile(place(files.accuracyText), artifacts.accuracyText);
  if (artifacts.telemetryCsv !== undefined) await writeFile(place(files.telemetry), artifacts.telemetryCsv);
  if (artifacts.record) await writeRecord(place(files.record), artifacts.record);
  return names;
}

async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  function* ended(): Generator<string> {
    for (const line of lines) yield line.endsWith('\n') ? line : `${line}\n`;
  }
  await writePieces(path, ended());
}

/** Writes about 64 KB at a time, because one step of the stream per piece would cost more than the piece. */
async function writePieces(path: string, pieces: Iterable<string> | AsyncIterable<string>): Promise<void> {
  async function* gathered(): AsyncGenerator<string> {
    let text = '';
    for await (const piece of pieces) {
      text += piece;
      if (text.length < 65_536) continue;
      yield text;
      text = '';
    }
    yield text;
  }
  await pipeline(Readable.from(gathered()), createWriteStream(path, { flags: 'wx' }));
}

function isFileError(error: unknown): boolean {
  return !(error instanceof BaremarkError) && error instanceof Error && 'syscall' in error;
}
