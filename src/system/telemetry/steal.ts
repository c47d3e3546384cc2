/** Decides whether a system's steal counter means anything: an untouched counter is not a measured zero. */
import type { Measured } from '../../base/measured.js';

/** Hypervisors that give their guests the steal clock without being asked. */
const alwaysReported = new Set(['kvm', 'qemu', 'xen', 'amazon', 'google', 'powervm', 'zvm']);

/** True, or why steal is unavailable. `ticksSinceBoot` is the counter itself. */
export function stealReported(
  hypervisor: Measured<string>,
  ticksSinceBoot: number | undefined,
): true | string {
  if (ticksSinceBoot === undefined) return '/proc/stat cannot be read';
  if (ticksSinceBoot > 0) return true;
  if ('unavailable' in hypervisor) return `it is not known whether this is a VM: ${hypervisor.unavailable}`;
  if (hypervisor.value === 'none') return 'it does not apply on bare metal';
  if (alwaysReported.has(hypervisor.value)) return true;
  if (hypervisor.value === 'vmware')
    return 'VMware tells a guest its steal time only where the host enables it (stealclock.enable = "TRUE" in the VM\'s settings, Linux 5.8 or later), and this counter has never moved';
  return `the counter has never moved since boot, and ${hypervisor.value} is not known to fill it`;
}
