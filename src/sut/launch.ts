/** What the process must be started with for all devices of a plan to work. */
import { loadProfile } from '../backends/load.js';
import { BaremarkError } from '../base/errors.js';
import { type Host, localHost } from '../base/host/host.js';
import type { PlannedRun } from '../plan/types.js';
import { readMachineGpus } from '../system/gpu/machine-gpus.js';

/** Folders for the loader: what two backends ask for can be had together. */
const listVariable = 'LD_LIBRARY_PATH';

/**
 * Environment variables that this process would have to be started with for the plan's devices; undefined where it was.
 * @throws BaremarkError `UNKNOWN_DEVICE` with the one sentence that says what is missing and how to get it
 */
export async function launchNeeds(
  { runs }: { readonly runs: readonly Pick<PlannedRun, 'backend' | 'device'>[] },
  host: Host = localHost(),
): Promise<Readonly<Record<string, string>> | undefined> {
  const wanted = new Map<string, string>();
  for (const backend of new Set(runs.map((run) => run.backend))) {
    const profile = await loadProfile(backend);
    const devices = new Set(runs.flatMap((run) => (run.backend === backend ? run.device : [])));
    const variables = await profile.launch?.([...devices], { host, readGpus: () => readMachineGpus(host) });
    for (const [name, value] of Object.entries(variables ?? {}))
      wanted.set(name, together(name, wanted.get(name), value));
  }
  return wanted.size > 0 ? Object.fromEntries(wanted) : undefined;
}

function together(name: string, before: string | undefined, value: string): string {
  if (before === undefined || before === value) return value;
  if (name === listVariable) return [...new Set([...before.split(':'), ...value.split(':')])].join(':');
  throw new BaremarkError(
    'UNKNOWN_DEVICE',
    `The plan's backends need ${name} to be both ${before} and ${value}, and a process has one; run baremark once for each.`,
  );
}
