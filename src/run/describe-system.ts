/** MLPerf's description of the system, from its fingerprint. */
import { known } from '../base/measured.js';
import type { KnownSystem } from '../results/write/system-description.js';
import type { Fingerprint } from '../system/types.js';

export function knownSystem(system: string, fingerprint: Fingerprint, framework: string): KnownSystem {
  const { cpu, memoryBytes, os, gpu, hypervisor } = fingerprint;
  const gpus = known(gpu.gpus);
  const model = gpus?.map((card) => known(card.model)).find((name) => name !== undefined);
  const cardMiB = gpus?.map((card) => known(card.memoryMiB)).find((mib) => mib !== undefined);
  const memory = known(memoryBytes);
  const virtual = known(hypervisor.name);
  const fields: Record<string, string | number | undefined> = {
    system_name: system,
    status: 'available',
    division: 'open',
    number_of_nodes: 1,
    framework,
    host_processor_model_name: known(cpu.model),
    host_processors_per_node: known(cpu.sockets),
    host_processor_core_count: known(cpu.physicalCores),
    host_memory_capacity: memory && `${(memory / 2 ** 30).toFixed(0)} GB`,
    operating_system: known(os.name),
    accelerators_per_node: gpus?.length,
    accelerator_model_name: model,
    accelerator_memory_capacity: cardMiB && `${(cardMiB / 1024).toFixed(0)} GB`,
    sw_notes: virtual && virtual !== 'none' ? `virtualized: ${virtual}` : undefined,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as KnownSystem;
}
