/** The machine's NVIDIA GPUs, where nobody has asked for its hypervisor yet. */
import { type Host, localHost } from '../../base/host/host.js';
import { readHypervisor } from '../hypervisor/hypervisor.js';
import type { GpuInventory } from '../types.js';
import { readGpuInventory } from './nvidia-smi.js';

export async function readMachineGpus(host: Host = localHost()): Promise<GpuInventory> {
  const { name } = await readHypervisor(host);
  return readGpuInventory({ hypervisor: name }, host);
}
