/**
 * The probes of a search, kept in the run's folder until it has come to its end: one that was stopped, or whose process
 * was killed, is taken up from them. A probe is a record, and beside it, written last, a note of what it was asked.
 */
import { readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../base/errors.js';
import { makeFolder, sha256File, writeFileWhole } from '../../base/files.js';
import { toJson } from '../../base/json.js';
import { probesFolder } from '../../results/layout.js';
import { readRecord } from '../../results/read/record.js';
import { runPlacesIn } from '../../results/read/run-folders.js';
import { writeRecord } from '../../results/write/record.js';
import type { ServedProbe } from '../../search/peak/contract.js';
import { columnsOf } from '../measuring/columns.js';
import { servedProbe } from './served.js';
import type { MeasuredProbe } from './target.js';

const note = z.object({
  schema: z.literal('baremark-probe/1'),
  /** Of the run, see `identityOf`. */
  identity: z.string(),
  number: z.int().min(0),
  targetQps: z.number().positive(),
  ended: z.enum(['complete', 'over-saturated']),
  /** Seeds exceed what a JSON number holds exactly. */
  scheduleSeed: z.string(),
  sampleIndexSeed: z.string(),
  /** SHA-256 of the record's file, hex. */
  recordSha256: z.string(),
});
type ProbeNote = z.infer<typeof note>;

/** What earlier attempts at a run left. */
export interface EarlierProbes {
  /** By number, from 0 without a gap. */
  readonly probes: readonly ServedProbe[];
  /** The folders that they are kept in. */
  readonly folders: readonly string[];
}

/** Keeps a probe in the folder of its run. Throws the file system's error where it cannot. */
export async function keepProbe(runPath: string, identity: string, probe: MeasuredProbe): Promise<void> {
  const { request, settings, measurement } = probe;
  const [result] = measurement.phaseResults;
  const folder = join(runPath, probesFolder);
  await makeFolder(folder);
  const path = join(folder, `probe_${String(request.number + 1).padStart(3, '0')}`);
  const part = `${path}.part`;
  let recordSha256: string;
  try {
    await writeRecord(part, columnsOf(result!));
    recordSha256 = await sha256File(part);
    await rename(part, `${path}.arrow`);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  const text: ProbeNote = {
    schema: 'baremark-probe/1',
    identity,
    number: request.number,
    targetQps: request.targetQps,
    ended: result!.end.kind === 'all-issued' ? 'complete' : 'over-saturated',
    scheduleSeed: String(settings.own.scheduleRngSeed),
    sampleIndexSeed: String(settings.own.sampleIndexRngSeed),
    recordSha256,
  };
  await writeFileWhole(`${path}.json`, `${toJson(text)}\n`);
}

/**
 * The probes of this very run that earlier attempts at it left, up to the first that cannot be read: a search goes on
 * as if it had been stopped there.
 * @param runPath the folder of the new attempt
 * @param leftOut gets a sentence for each probe that cannot be read
 */
export async function earlierProbes(
  runPath: string,
  identity: string,
  lengthOf: ((sample: number) => number) | undefined,
  leftOut: (sentence: string) => void,
): Promise<EarlierProbes> {
  const byNumber = new Map<number, ServedProbe>();
  const folders = new Set<string>();
  for (const { path } of await runPlacesIn(dirname(dirname(runPath)))) {
    const folder = join(path, probesFolder);
    const names = (await readdir(folder).catch((): string[] => [])).filter((name) => name.endsWith('.json'));
    for (const name of names) {
      const file = join(folder, name);
      try {
        const probe = await readProbe(file, identity, lengthOf);
        if (!probe) continue;
        folders.add(folder);
        byNumber.set(probe.number, probe.served);
      } catch (error) {
        leftOut(`The probe ${file} is left out of the search, with those after it: ${whyNot(error)}.`);
      }
    }
  }
  const probes: ServedProbe[] = [];
  for (let served = byNumber.get(0); served; served = byNumber.get(probes.length)) probes.push(served);
  return { probes, folders: [...folders] };
}

/**
 * Removes what was kept, and folders of earlier attempts that held nothing else; what cannot be removed stays.
 * @param folders of earlier attempts
 */
export async function dropProbes(runPath: string, folders: readonly string[]): Promise<void> {
  const own = join(runPath, probesFolder);
  for (const folder of new Set([own, ...folders])) {
    await rm(folder, { recursive: true, force: true }).catch(() => {});
    if (folder !== own) await rmdir(dirname(folder)).catch(() => {});
  }
}

/** Undefined for a probe of another run. */
async function readProbe(
  file: string,
  identity: string,
  lengthOf: ((sample: number) => number) | undefined,
): Promise<{ readonly number: number; readonly served: ServedProbe } | undefined> {
  const said = note.parse(JSON.parse(await readFile(file, 'utf8')));
  if (said.identity !== identity) return undefined;
  const recordFile = file.replace(/\.json$/, '.arrow');
  if ((await sha256File(recordFile)) !== said.recordSha256) throw new Error('its record is damaged');
  const stored = await readRecord(recordFile);
  const { scheduledNs: scheduled, completedNs: completed, startedNs: started } = stored;
  const columns = { ...stored, scheduled, completed, started };
  return { number: said.number, served: servedProbe(columns, stored.rowCount, said, lengthOf) };
}

function whyNot(error: unknown): string {
  const what =
    error instanceof z.ZodError
      ? `its note is damaged (${error.issues[0]!.path.join('.') || 'the whole'}: ${error.issues[0]!.message})`
      : messageOf(error);
  return what.replace(/\.$/, '');
}
