/** Takes the fingerprint of the system a benchmark runs on; never throws, and names what it cannot know. */
import { arch, platform, release } from 'node:os';
import { builtInProfiles } from '../backends/built-in.js';
import { type Host, localHost, readTrimmed } from '../base/host/host.js';
import { type Measured, measured, orUnavailable } from '../base/measured.js';
import { readCpu } from './cpu/cpu.js';
import { readGpuInventory } from './gpu/nvidia-smi.js';
import { readContainer } from './hypervisor/container.js';
import { readHypervisor } from './hypervisor/hypervisor.js';
import { readPortable } from './portable.js';
import type { Fingerprint } from './types.js';

function memoryBytes(host: Host): Measured<number> {
  const kib = /^MemTotal:\s+(\d+) kB/m.exec(host.read('/proc/meminfo') ?? '')?.[1];
  return orUnavailable(kib === undefined ? undefined : Number(kib) * 1024, '/proc/meminfo cannot be read');
}

function readOs(host: Host): Fingerprint['os'] {
  const release_ = host.read('/etc/os-release') ?? '';
  const name = /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(release_)?.[1];
  return {
    name: orUnavailable(name, '/etc/os-release names no system'),
    kernel: measured(readTrimmed(host, '/proc/sys/kernel/osrelease') ?? release()),
    architecture: measured(arch()),
    clockSource: orUnavailable(
      readTrimmed(host, '/sys/devices/system/clocksource/clocksource0/current_clocksource'),
      'the kernel does not show its clock source',
    ),
  };
}

/** The versions of the runtimes that the built-in backends would load, by the backend's name. */
async function runtimeVersions(): Promise<Readonly<Record<string, Measured<string>>>> {
  const versions = builtInProfiles.map(async ({ name, runtimeVersion }) =>
    runtimeVersion ? [[name, await runtimeVersion()] as const] : [],
  );
  return Object.fromEntries((await Promise.all(versions)).flat());
}

/**
 * The fingerprint of this system; usually 50 to 300 ms, most of it `nvidia-smi`'s.
 * `host` stands for the machine; on systems without /proc, `systeminformation` answers what it can.
 */
export async function takeFingerprint(host: Host = localHost()): Promise<Fingerprint> {
  const [hypervisor, container] = await Promise.all([readHypervisor(host), readContainer(host)]);
  const native: Fingerprint = {
    schema: 'baremark-fingerprint/1',
    cpu: readCpu(host),
    memoryBytes: memoryBytes(host),
    os: readOs(host),
    hypervisor,
    container,
    runtime: { node: measured(process.version), ...(await runtimeVersions()) },
    gpu: await readGpuInventory({ hypervisor: hypervisor.name }, host),
  };
  return platform() === 'linux' ? native : await readPortable(native);
}
