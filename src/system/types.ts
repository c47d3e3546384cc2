/** The fingerprint of a system and its parts, as types; each field is measured or unavailable with a reason. */
import type { z } from 'zod';
import type { DeepReadonly } from '../base/deep-readonly.js';
import type { fingerprintSchema, GpuSchema, GpuShareSchema, MigDeviceSchema } from './fingerprint-schema.js';

export type Fingerprint = DeepReadonly<z.infer<typeof fingerprintSchema>>;

/** How much of a physical GPU this system was given. */
export type GpuShare = DeepReadonly<z.infer<GpuShareSchema>>;

export type MigDevice = DeepReadonly<z.infer<MigDeviceSchema>>;

/** Clocks in MHz, power in watts, memory in MiB, as NVIDIA's tools give them. */
export type Gpu = DeepReadonly<z.infer<GpuSchema>>;

/** What `nvidia-smi` says of a machine. */
export type GpuInventory = Fingerprint['gpu'];
