/** Finds runs that are copies of one another: counted as repeats, they would make a figure look surer than it is. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { files } from '../layout.js';
import type { ResultRun } from '../types.js';

/** The runs of one scenario with each copy left out; `report` gets a sentence for it. */
export async function withoutCopies(
  runs: readonly ResultRun[],
  report: (problem: string) => void,
): Promise<ResultRun[]> {
  const originals = new Map<string, ResultRun>();
  const kept: ResultRun[] = [];
  for (const run of runs) {
    // Two runs never have the same latencies to the nanosecond, so that few files need to be read.
    const latencies = latenciesOf(run);
    const alike = latencies && runs.some((other) => other !== run && latenciesOf(other) === latencies);
    const content = alike ? await contentOf(run) : undefined;
    const original = content === undefined ? undefined : originals.get(content);
    if (original) {
      report(`${run.path} is a copy of ${original.path}, so it was left out and counts once.`);
      continue;
    }
    kept.push(run);
    if (content !== undefined) originals.set(content, run);
  }
  return kept;
}

/** By the path of each of `runs` that is a copy of one of `others`, or the same: that other's path. */
export async function copiesOf(
  runs: readonly ResultRun[],
  others: readonly ResultRun[],
): Promise<Map<string, string>> {
  const copies = new Map<string, string>();
  for (const run of runs) {
    const latencies = latenciesOf(run);
    const alike = others.filter((other) => latencies !== undefined && latenciesOf(other) === latencies);
    const content = alike.length > 0 ? await contentOf(run) : undefined;
    for (const other of alike)
      if (content !== undefined && (await contentOf(other)) === content) copies.set(run.path, other.path);
  }
  return copies;
}

/** Undefined where nothing was completed: such runs are all alike. */
function latenciesOf({ latencyMs }: ResultRun): string | undefined {
  return latencyMs && JSON.stringify(latencyMs);
}

/**
 * A hash of what was measured: the record, which says everything of a run of ours, or else both logs. Undefined where
 * a file is missing, as nothing then tells a copy from a run.
 */
async function contentOf({ path, record }: ResultRun): Promise<string | undefined> {
  const evidence = record === undefined ? [join(path, files.summary), join(path, files.detail)] : [record];
  const hash = createHash('sha256');
  try {
    for (const file of evidence) await addFile(hash, file);
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}

async function addFile(hash: Hash, path: string): Promise<void> {
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), async (chunks) => {
    for await (const chunk of chunks) hash.update(chunk as Buffer);
  });
}
