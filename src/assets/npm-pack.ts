/** Fetches an npm package's archive through the user's npm, with its registry and its proxy; nothing of the package is run. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BaremarkError } from '../base/errors.js';
import type { Host } from '../base/host/host.js';
import { mustRun } from './host-command.js';

const fetchMs = 30 * 60_000;

/** The archive of `spec` (`NAME@VERSION`), put into `folder`, which must hold no other. Throws `DOWNLOAD_FAILED`. */
export async function npmPack(spec: string, folder: string, host: Host, fix: string): Promise<string> {
  await mustRun(
    host,
    `npm pack ${spec}`,
    'npm',
    ['pack', spec, '--ignore-scripts', '--pack-destination', folder],
    { timeoutMs: fetchMs, cwd: folder, fix },
  );
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  if (archive !== undefined) return join(folder, archive);
  throw new BaremarkError('DOWNLOAD_FAILED', `npm pack ${spec} left no archive; ${fix}.`);
}
