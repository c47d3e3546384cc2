/** Decides whether a system's steal counter means anything: a counter that was never touched is not a measured zero. */
import type { Measured } from '../../base/measured.js';

/** Whether the counter can be trusted, or why not; `why` is the reason in words. */
export type StealClock =
  | { readonly kind: 'reported' }
  | {
      readonly kind: 'not reported';
      readonly reason:
        | 'no counter'
        | 'hypervisor unknown'
        | 'bare metal'
        | 'not enabled by VMware'
        | 'never moved';
      readonly why: string;
    };

type Reason = Extract<StealClock, { kind: 'not reported' }>['reason'];

/** Hypervisors that give their guests the steal clock without being asked. */
const alwaysReported = new Set(['kvm', 'qemu', 'xen', 'amazon', 'google', 'powervm', 'zvm']);

/** `ticksSinceBoot` is the counter itself. */
export function stealClock(hypervisor: Measured<string>, ticksSinceBoot: number | undefined): StealClock {
  if (ticksSinceBoot === undefined) return notReported('no counter', '/proc/stat cannot be read');
  if (ticksSinceBoot > 0) return { kind: 'reported' };
  if ('unavailable' in hypervisor)
    return notReported(
      'hypervisor unknown',
      `it is not known whether this is a VM: ${hypervisor.unavailable}`,
    );
  const name = hypervisor.value;
  if (name === 'none') return notReported('bare metal', 'it does not apply on bare metal');
  if (alwaysReported.has(name)) return { kind: 'reported' };
  return name === 'vmware'
    ? notReported(
        'not enabled by VMware',
        'VMware tells a guest its steal time only where the host enables it (stealclock.enable = "TRUE" in the VM\'s settings, Linux 5.8 or later), and this counter has never moved',
      )
    : notReported(
        'never moved',
        `the counter has never moved since boot, and ${name} is not known to fill it`,
      );
}

function notReported(reason: Reason, why: string): StealClock {
  return { kind: 'not reported', reason, why };
}
