/** Checks the names of backends and devices before anything is loaded; the backend itself checks what is there. */
import { builtInProfile, builtInProfiles } from '../backends/built-in.js';
import { findBackend, loadBackend } from '../backends/load.js';
import { plainProfile } from '../backends/plain-profile.js';
import type { BackendProfile } from '../backends/profile.js';
import { BaremarkError } from '../base/errors.js';
import { nearest, orList, show } from '../base/suggest.js';

/** Profiles of users' backends, by what `backendOf` makes of their names. */
export type UserProfiles = ReadonlyMap<string, BackendProfile>;

/** The backend as it is loaded: a built-in name, the absolute path of a module, or a package's URL. Throws `UNKNOWN_BACKEND`. */
export function backendOf(given: string, where: string, folder: string): string {
  const found = findBackend(given, folder);
  if (found.kind === 'found') return found.backend;
  if (found.kind === 'no-file')
    throw new BaremarkError(
      'UNKNOWN_BACKEND',
      `${where} is ${show(given)}, but there is no file ${found.path}; give the path of a module that exports a backend.`,
    );
  const names = builtInProfiles.map(({ name }) => name);
  const near = nearest(given, names);
  const advice =
    near === undefined
      ? `choose ${orList(names)}, give the path of a module such as ./mine.js, or install the package.`
      : `did you mean ${near}?`;
  throw new BaremarkError(
    'UNKNOWN_BACKEND',
    `${where} is ${show(given)}, which is neither a built-in backend nor an installed package; ${advice}`,
    { cause: found.cause },
  );
}

/** The backend's profile; of a user's backend whose module was not asked yet, one that allows everything. */
export function profileOf(backend: string, users: UserProfiles = new Map()): BackendProfile {
  return builtInProfile(backend) ?? users.get(backend) ?? plainProfile(backend, () => loadBackend(backend));
}

/** Throws `UNKNOWN_DEVICE` for a device that the backend cannot have on any machine. */
export function checkDevice(device: string, profile: BackendProfile, where: string): void {
  const problem = profile.checkDevice(device);
  if (problem !== undefined)
    throw new BaremarkError('UNKNOWN_DEVICE', `${where} is ${show(device)}${problem}`);
}
