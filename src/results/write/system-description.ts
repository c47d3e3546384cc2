/** MLPerf's system description, `systems/<system>.json`, filled from what is known. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrno } from '../../base/errors.js';
import { outputError, writeFileWhole } from '../../base/files.js';
import type { SystemDescription } from '../types.js';

/** The fields that MLPerf Inference's submission rules ask for in a system description. */
const systemFields = [
  'accelerator_frequency',
  'accelerator_host_interconnect',
  'accelerator_interconnect',
  'accelerator_interconnect_topology',
  'accelerator_memory_capacity',
  'accelerator_memory_configuration',
  'accelerator_model_name',
  'accelerator_on-chip_memories',
  'accelerators_per_node',
  'boot_firmware_version',
  'cooling',
  'disk_controllers',
  'disk_drives',
  'division',
  'filesystem',
  'framework',
  'host_memory_capacity',
  'host_memory_configuration',
  'host_networking',
  'host_networking_topology',
  'host_processor_caches',
  'host_processor_core_count',
  'host_processor_frequency',
  'host_processor_interconnect',
  'host_processor_model_name',
  'host_processors_per_node',
  'host_storage_capacity',
  'host_storage_type',
  'hw_notes',
  'management_firmware_version',
  'network_speed_mbit',
  'nics_enabled_connected',
  'nics_enabled_firmware',
  'nics_enabled_os',
  'number_of_nodes',
  'number_of_type_nics_installed',
  'operating_system',
  'other_hardware',
  'other_software_stack',
  'power_management',
  'power_supply_details',
  'power_supply_quantity_and_rating_watts',
  'status',
  'submitter',
  'sw_notes',
  'system_name',
  'system_type',
] as const;

type SystemField = (typeof systemFields)[number];

/** What is known of a system, by MLPerf's field names. */
export type KnownSystem = Readonly<Partial<Record<SystemField, string | number>>>;

/** Every field of MLPerf's, empty where it is not known. */
function describeSystem(known: KnownSystem): SystemDescription {
  return Object.fromEntries(systemFields.map((field) => [field, known[field] ?? '']));
}

/** The place of a system's description in a results folder. */
function systemFile(out: string, system: string): string {
  return join(out, 'systems', `${system}.json`);
}

/**
 * Writes the description. What is known now wins; a field that is not known keeps what the file already said,
 * so that what somebody filled in by hand stays.
 */
export async function writeSystem(out: string, system: string, known: KnownSystem): Promise<void> {
  const path = systemFile(out, system);
  const before = await readBefore(path);
  const now = describeSystem(known);
  const merged: Record<string, unknown> = { ...before, ...now };
  for (const [field, value] of Object.entries(before)) if (merged[field] === '') merged[field] = value;
  await writeFileWhole(path, `${JSON.stringify(merged, null, 4)}\n`);
}

async function readBefore(path: string): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
  } catch (error) {
    if (hasErrno(error, 'ENOENT') || error instanceof SyntaxError) return {};
    throw outputError(path, error);
  }
}
