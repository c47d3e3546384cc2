/** The schema of `baremark-fingerprint/1`, from which the fingerprint's types are taken; files of every version fit it. */
import { z } from 'zod';
import { figure } from '../base/figure-schema.js';
import { measuredOf } from '../base/measured-schema.js';

const text = measuredOf(z.string());
const number = measuredOf(figure);
const limit = measuredOf(z.union([figure, z.literal('unlimited')]));
const onOrOff = measuredOf(z.enum(['on', 'off']));

/** How much of a physical GPU this system was given. */
const gpuShare = z.object({
  /**
   * `whole-card`: the physical card, no hypervisor between. `passthrough`: the whole card in a VM.
   * `vgpu`: time-sliced. `vgpu-mig`: a vGPU on a MIG slice. `mig`: one MIG device. `mig-split`: a card divided into MIG devices.
   * `vgpu-host`: the hypervisor's side of a card that serves vGPUs.
   */
  kind: z.enum(['whole-card', 'passthrough', 'vgpu', 'vgpu-mig', 'mig', 'mig-split', 'vgpu-host']),
  /** NVIDIA's name of the profile, e.g. `A100-40C` or `3g.20gb`; absent for a whole card. */
  profile: z.string().optional(),
  /** One phrase for a person, e.g. `MIG 3g.20gb (3/7 of the compute, 4/8 of the memory)`. */
  description: z.string(),
  /** Frame buffer of the share, MiB. */
  frameBufferMiB: number,
  /** Share of the card's memory, 0 to 1. */
  memoryFraction: number,
  /** Share of the card's compute, 0 to 1. */
  computeFraction: number,
  /** Most devices of this profile on one card. */
  maxPerCard: number,
  /** What it was concluded from. */
  evidence: z.array(z.string()),
});

const migDevice = z.object({
  index: figure,
  /** Absent where the driver does not say. */
  gpuInstanceId: figure.optional(),
  /** What `CUDA_VISIBLE_DEVICES` takes, e.g. `MIG-…`. */
  uuid: text,
  memoryMiB: number,
  multiprocessors: number,
  share: gpuShare,
});

/** Clocks in MHz, power in watts, memory in MiB, as NVIDIA's tools give them. */
const gpu = z.object({
  index: figure,
  /** Absent where the driver does not say. */
  busId: z.string().optional(),
  model: text,
  architecture: text,
  uuid: text,
  share: measuredOf(gpuShare),
  migDevices: z.array(migDevice),
  memoryMiB: number,
  ecc: onOrOff,
  powerLimitW: number,
  smClockMhz: number,
  maxSmClockMhz: number,
  memoryClockMhz: number,
  maxMemoryClockMhz: number,
  pcieGeneration: number,
  maxPcieGeneration: number,
  pcieWidth: number,
  maxPcieWidth: number,
});

/** Everything about a system that could move a benchmark, each field measured or unavailable with a reason. */
export const fingerprintSchema = z.object({
  schema: z.literal('baremark-fingerprint/1'),
  cpu: z.object({
    model: text,
    sockets: number,
    physicalCores: number,
    /** Logical CPUs that are online; in a VM, its vCPUs. */
    logicalCpus: number,
    smt: onOrOff,
    numaNodes: number,
    governor: text,
  }),
  memoryBytes: number,
  os: z.object({ name: text, kernel: text, architecture: text, clockSource: text }),
  hypervisor: z.object({
    /** `none` on bare metal; otherwise the name systemd uses: `vmware`, `kvm`, `microsoft`, `xen`, ... */
    name: text,
    evidence: measuredOf(z.array(z.string())),
  }),
  container: z.object({
    /** `none`, or `docker`, `podman`, `kubernetes`, `lxc`, ... */
    name: text,
    /** CPUs' worth of time the control group allows. */
    cpuLimit: limit,
    memoryLimitBytes: limit,
    /** CPUs it may run on, e.g. `0-23`. */
    cpuset: text,
  }),
  /** Versions: of Node, and by the name of a backend, of the runtime that it loads. */
  runtime: z.object({ node: text }).catchall(text),
  /** What `nvidia-smi` says of a machine. */
  gpu: z.object({
    driver: text,
    /** Newest CUDA version that this driver runs. */
    cuda: text,
    /** The NVIDIA GPUs; an empty list is a driver that sees none. */
    gpus: measuredOf(z.array(gpu)),
  }),
});

export type GpuSchema = typeof gpu;
export type GpuShareSchema = typeof gpuShare;
export type MigDeviceSchema = typeof migDevice;
