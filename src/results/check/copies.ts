/** Finds runs that are copies of one another: counted as repeats, they would make a figure look surer than it is. */
import { join } from 'node:path';
import { sha256Files } from '../../base/files.js';
import { files } from '../layout.js';
import type { ResultRun } from '../types.js';

/** The runs of one scenario with each copy left out; `report` gets a sentence for it. */
export async function withoutCopies(
  runs: readonly ResultRun[],
  report: (problem: string) => void,
): Promise<ResultRun[]> {
  const originals = new Map<string, ResultRun>();
  const kept: ResultRun[] = [];
  const alike = byLatencies(runs);
  for (const run of runs) {
    const content = alike(run).length > 1 ? await contentOf(run) : undefined;
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
  const alike = byLatencies(others);
  for (const run of runs) {
    const candidates = alike(run);
    const content = candidates.length > 0 ? await contentOf(run) : undefined;
    for (const other of candidates)
      if (content !== undefined && (await contentOf(other)) === content) copies.set(run.path, other.path);
  }
  return copies;
}

/**
 * A function that gives those of `runs` that a run may be a copy of: two runs never have the same latencies to the
 * nanosecond, so that few files need to be read.
 */
function byLatencies(runs: readonly ResultRun[]): (run: ResultRun) => readonly ResultRun[] {
  const groups = new Map<string, ResultRun[]>();
  for (const run of runs) {
    const latencies = latenciesOf(run);
    if (latencies === undefined) continue;
    const group = groups.get(latencies);
    if (group) group.push(run);
    else groups.set(latencies, [run]);
  }
  return (run) => groups.get(latenciesOf(run) ?? '') ?? [];
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
  return sha256Files(evidence).catch(() => undefined);
}
