/** What a pull recorded of a file, beside it: from then on the file must have these bytes. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { BaremarkError, hasErrno } from '../base/errors.js';

const digest = (length: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`), `${length} hexadecimal digits`);

const manifest = z.object({
  source: z.string(),
  size: z.int().min(1),
  sha256: digest(64),
  md5: digest(32),
});

export type Manifest = z.infer<typeof manifest>;

export type ManifestState =
  | { readonly kind: 'read'; readonly manifest: Manifest }
  | { readonly kind: 'absent' }
  /** There is one, but it does not say what was pulled. */
  | { readonly kind: 'damaged'; readonly why: string };

export function manifestPath(file: string): string {
  return `${file}.manifest.json`;
}

export function readManifest(file: string): ManifestState {
  let text: string;
  try {
    text = readFileSync(manifestPath(file), 'utf8');
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return { kind: 'absent' };
    return { kind: 'damaged', why: 'it cannot be read' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'damaged', why: 'it is not JSON' };
  }
  const checked = manifest.safeParse(value);
  if (checked.success) return { kind: 'read', manifest: checked.data };
  const { path, message } = checked.error.issues[0]!;
  return { kind: 'damaged', why: `${path.join('.') || 'its top level'}: ${message}` };
}

/** Throws `BAD_MODEL_FILE` unless this SHA-256 is the one that was recorded when the file was pulled. */
export function requirePulled(file: string, sha256: string): void {
  const state = readManifest(file);
  if (state.kind === 'read' && state.manifest.sha256 === sha256) return;
  const why =
    state.kind === 'read'
      ? `has SHA-256 ${sha256} where ${state.manifest.sha256} was pulled`
      : state.kind === 'absent'
        ? 'was not put there by a pull'
        : `has a damaged ${manifestPath(file)} (${state.why})`;
  throw new BaremarkError(
    'BAD_MODEL_FILE',
    `The official model ${file} ${why}; fetch it again with baremark models pull.`,
  );
}
