/** The built-in backends' profiles, and the one of a name. */
import type { BackendProfile } from './profile.js';
import * as registry from './registry.js';

/** In the order of their names. */
export const builtInProfiles: readonly BackendProfile[] = Object.values(registry);

export function builtInProfile(name: string): BackendProfile | undefined {
  return builtInProfiles.find((profile) => profile.name === name);
}
