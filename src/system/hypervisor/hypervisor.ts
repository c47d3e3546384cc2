/** Finds out whether the system is a VM and of which hypervisor, and keeps the evidence. */

import { type Host, readTrimmed } from '../../base/host/host.js';
import { type Measured, measured, unavailable } from '../../base/measured.js';
import { cpuinfoField } from '../cpu/cpu.js';
import type { Fingerprint } from '../types.js';

/** What firmware tables (DMI) of virtual machines say, and systemd's name for it. */
const vendors: readonly (readonly [RegExp, string])[] = [
  [/^VMware|VMware Virtual/i, 'vmware'],
  [/^QEMU|KVM|^RHEV|^oVirt|OpenStack|Standard PC \(/i, 'kvm'],
  [/^Microsoft Corporation Virtual Machine/i, 'microsoft'],
  [/^innotek|VirtualBox/i, 'oracle'],
  [/^Xen/i, 'xen'],
  [/^Amazon EC2/i, 'amazon'],
  [/^Google/i, 'google'],
  [/^Parallels/i, 'parallels'],
  [/^BHYVE/i, 'bhyve'],
  [/^Nutanix/i, 'kvm'],
];

/** Clock sources that only exist as a guest of a hypervisor. */
const guestClocks: readonly (readonly [RegExp, string])[] = [
  [/kvm-clock/, 'kvm'],
  [/hyperv_clocksource/, 'microsoft'],
  [/\bxen\b/, 'xen'],
];

/** CPUID's hypervisor bit; undefined on architectures without it. */
function hypervisorBit(host: Host): boolean | undefined {
  const flags = cpuinfoField(host.read('/proc/cpuinfo') ?? '', 'flags');
  return flags === undefined ? undefined : flags.split(/\s+/).includes('hypervisor');
}

async function detectVirt(host: Host): Promise<string | undefined> {
  const outcome = await host.run('systemd-detect-virt', ['--vm'], { timeoutMs: 1000 });
  return outcome.kind === 'exited' ? outcome.stdout.trim().split('\n')[0] || undefined : undefined;
}

export async function readHypervisor(host: Host): Promise<Fingerprint['hypervisor']> {
  const bit = hypervisorBit(host);
  const detected = await detectVirt(host);
  const vendor = readTrimmed(host, '/sys/class/dmi/id/sys_vendor');
  const product = readTrimmed(host, '/sys/class/dmi/id/product_name');
  const xen = readTrimmed(host, '/sys/hypervisor/type');
  const clocks = readTrimmed(host, '/sys/devices/system/clocksource/clocksource0/available_clocksource');
  const clockSays = guestClocks.find(([pattern]) => pattern.test(clocks ?? ''))?.[1];
  const evidence = [
    ...(bit === undefined ? [] : [`CPUID hypervisor bit ${bit ? 'set' : 'clear'}`]),
    ...(detected === undefined ? [] : [`systemd-detect-virt: ${detected}`]),
    ...(vendor === undefined ? [] : [`DMI vendor: ${vendor}`]),
    ...(product === undefined ? [] : [`DMI product: ${product}`]),
    ...(xen === undefined ? [] : [`/sys/hypervisor/type: ${xen}`]),
    ...(clockSays === undefined ? [] : [`clock sources: ${clocks}`]),
  ];
  const dmi = vendors.find(([pattern]) => pattern.test(`${vendor ?? ''} ${product ?? ''}`.trim()))?.[1];
  return {
    name: conclude({ bit, detected, dmi, xen, clockSays }),
    evidence: evidence.length > 0 ? measured(evidence) : unavailable('no evidence was found'),
  };
}

interface Clues {
  readonly bit: boolean | undefined;
  readonly detected: string | undefined;
  readonly dmi: string | undefined;
  readonly xen: string | undefined;
  readonly clockSays: string | undefined;
}

function conclude({ bit, detected, dmi, xen, clockSays }: Clues): Measured<string> {
  if (detected !== undefined && detected !== 'none') return measured(detected);
  // A cloud's bare-metal machine carries the cloud's name in its firmware, but not the CPUID bit.
  if (bit === false) return measured('none');
  const named = xen ?? clockSays ?? dmi;
  if (named !== undefined) return measured(named);
  if (detected === 'none' && bit === undefined) return measured('none');
  return bit
    ? measured('unknown hypervisor')
    : unavailable('neither the CPU, the firmware nor systemd-detect-virt says');
}
