/** SHA-256 of files, computed again only when they changed: a small note remembers what they looked like. */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { sha256Files, writeFileWhole } from './files.js';

/** What changes when a file's bytes do: of these, `ctimeNs` cannot be set back by hand. */
const stamp = z.object({ size: z.string(), mtimeNs: z.string(), ctimeNs: z.string(), ino: z.string() });
type Stamp = z.infer<typeof stamp>;

const note = z.object({ sha256: z.string(), checkedAtMs: z.number(), files: z.array(stamp) });
type Note = z.infer<typeof note>;

/** File times step in up to ten milliseconds, so a file may change once more within the step of its last change. */
const unsettledMs = 100;

/**
 * SHA-256 over the bytes of these files in this order, hex; taken from the note at `notePath` where that was made for
 * files that look the same. Where a note cannot be kept, the next call reads the files again. Throws the file system's
 * error.
 */
export async function rememberedSha256(
  paths: readonly string[],
  notePath: string | undefined,
): Promise<string> {
  if (notePath === undefined) return sha256Files(paths);
  const files = await stampsOf(paths);
  const known = await readNote(notePath);
  if (known !== undefined && settled(known) && same(known.files, files)) return known.sha256;
  const checkedAtMs = Date.now();
  const sha256 = await sha256Files(paths);
  // A file that changed while it was read has a hash of no moment.
  if (same(await stampsOf(paths), files))
    await writeFileWhole(
      notePath,
      `${JSON.stringify({ sha256, checkedAtMs, files } satisfies Note)}\n`,
    ).catch(() => {});
  return sha256;
}

async function stampsOf(paths: readonly string[]): Promise<Stamp[]> {
  return Promise.all(
    paths.map(async (path) => {
      const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
      return { size: `${size}`, mtimeNs: `${mtimeNs}`, ctimeNs: `${ctimeNs}`, ino: `${ino}` };
    }),
  );
}

function same(a: readonly Stamp[], b: readonly Stamp[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Whether the files' last change was long enough before they were read for any later one to show in their times. */
function settled({ checkedAtMs, files }: Note): boolean {
  return files.every(({ ctimeNs }) => Number(BigInt(ctimeNs) / 1_000_000n) < checkedAtMs - unsettledMs);
}

async function readNote(path: string): Promise<Note | undefined> {
  try {
    return note.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // None yet, or a damaged one: the files are read again.
    return undefined;
  }
}
