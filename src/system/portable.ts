/** Fills a fingerprint on systems without /proc and /sys (macOS, Windows), where `systeminformation` knows how to ask. */
import { messageOf } from '../base/errors.js';
import { measured } from '../base/measured.js';
import type { Fingerprint } from './types.js';

export async function readPortable(native: Fingerprint): Promise<Fingerprint> {
  try {
    const { cpu, mem, osInfo, system } = await import('systeminformation');
    const [processor, memory, os, machine] = await Promise.all([cpu(), mem(), osInfo(), system()]);
    return {
      ...native,
      cpu: {
        ...native.cpu,
        model: measured(`${processor.manufacturer} ${processor.brand}`.trim()),
        sockets: measured(processor.processors),
        physicalCores: measured(processor.physicalCores),
        logicalCpus: measured(processor.cores),
        smt: measured(processor.cores > processor.physicalCores ? 'on' : 'off'),
      },
      memoryBytes: measured(memory.total),
      os: { ...native.os, name: measured(`${os.distro} ${os.release}`), kernel: measured(os.kernel) },
      hypervisor: machine.virtual
        ? {
            name: measured((machine.virtualHost || 'unknown hypervisor').toLowerCase()),
            evidence: measured([`firmware: ${machine.manufacturer} ${machine.model}`]),
          }
        : native.hypervisor,
    };
  } catch (error) {
    return { ...native, cpu: { ...native.cpu, model: { unavailable: messageOf(error) } } };
  }
}
