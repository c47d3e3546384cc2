/** The fingerprint of a system: everything about it that could move a benchmark, each field measured or unavailable with a reason. */
import type { Measured } from '../base/measured.js';

/** How much of a physical GPU this system was given. */
export interface GpuShare {
  /**
   * `whole-card`: the physical card, no hypervisor between. `passthrough`: the whole card in a VM.
   * `vgpu`: time-sliced. `vgpu-mig`: a vGPU on a MIG slice. `mig`: one MIG device. `mig-split`: a card divided into MIG devices.
   * `vgpu-host`: the hypervisor's side of a card that serves vGPUs.
   */
  readonly kind: 'whole-card' | 'passthrough' | 'vgpu' | 'vgpu-mig' | 'mig' | 'mig-split' | 'vgpu-host';
  /** NVIDIA's name of the profile, e.g. `A100-40C` or `3g.20gb`; absent for a whole card. */
  readonly profile?: string;
  /** One phrase for a person, e.g. `MIG 3g.20gb (3/7 of the compute, 4/8 of the memory)`. */
  readonly description: string;
  /** Frame buffer of the share, MiB. */
  readonly frameBufferMiB: Measured<number>;
  /** Share of the card's memory, 0 to 1. */
  readonly memoryFraction: Measured<number>;
  /** Share of the card's compute, 0 to 1. */
  readonly computeFraction: Measured<number>;
  /** Most devices of this profile on one card. */
  readonly maxPerCard: Measured<number>;
  /** What it was concluded from. */
  readonly evidence: readonly string[];
}

export interface MigDevice {
  readonly index: number;
  /** Absent where the driver does not say. */
  readonly gpuInstanceId?: number;
  /** What `CUDA_VISIBLE_DEVICES` takes, e.g. `MIG-…`. */
  readonly uuid: Measured<string>;
  readonly memoryMiB: Measured<number>;
  readonly multiprocessors: Measured<number>;
  readonly share: GpuShare;
}

/** Clocks in MHz, power in watts, memory in MiB, as NVIDIA's tools give them. */
export interface Gpu {
  readonly index: number;
  /** Absent where the driver does not say. */
  readonly busId?: string;
  readonly model: Measured<string>;
  readonly architecture: Measured<string>;
  readonly uuid: Measured<string>;
  readonly share: Measured<GpuShare>;
  readonly migDevices: readonly MigDevice[];
  readonly memoryMiB: Measured<number>;
  readonly ecc: Measured<'on' | 'off'>;
  readonly powerLimitW: Measured<number>;
  readonly smClockMhz: Measured<number>;
  readonly maxSmClockMhz: Measured<number>;
  readonly memoryClockMhz: Measured<number>;
  readonly maxMemoryClockMhz: Measured<number>;
  readonly pcieGeneration: Measured<number>;
  readonly maxPcieGeneration: Measured<number>;
  readonly pcieWidth: Measured<number>;
  readonly maxPcieWidth: Measured<number>;
}

/** What `nvidia-smi` says of a machine. */
export interface GpuInventory {
  readonly driver: Measured<string>;
  /** Newest CUDA version that this driver runs. */
  readonly cuda: Measured<string>;
  /** The NVIDIA GPUs; an empty list is a driver that sees none. */
  readonly gpus: Measured<readonly Gpu[]>;
}

export interface Fingerprint {
  readonly schema: 'baremark-fingerprint/1';
  readonly cpu: {
    readonly model: Measured<string>;
    readonly sockets: Measured<number>;
    readonly physicalCores: Measured<number>;
    /** Logical CPUs that are online; in a VM, its vCPUs. */
    readonly logicalCpus: Measured<number>;
    readonly smt: Measured<'on' | 'off'>;
    readonly numaNodes: Measured<number>;
    readonly governor: Measured<string>;
  };
  readonly memoryBytes: Measured<number>;
  readonly os: {
    readonly name: Measured<string>;
    readonly kernel: Measured<string>;
    readonly architecture: Measured<string>;
    readonly clockSource: Measured<string>;
  };
  readonly hypervisor: {
    /** `none` on bare metal; otherwise the name systemd uses: `vmware`, `kvm`, `microsoft`, `xen`, ... */
    readonly name: Measured<string>;
    readonly evidence: Measured<readonly string[]>;
  };
  readonly container: {
    /** `none`, or `docker`, `podman`, `kubernetes`, `lxc`, ... */
    readonly name: Measured<string>;
    /** CPUs' worth of time the control group allows. */
    readonly cpuLimit: Measured<number | 'unlimited'>;
    readonly memoryLimitBytes: Measured<number | 'unlimited'>;
    /** CPUs it may run on, e.g. `0-23`. */
    readonly cpuset: Measured<string>;
  };
  readonly runtime: {
    readonly node: Measured<string>;
    readonly onnxRuntime: Measured<string>;
  };
  readonly gpu: GpuInventory;
}
