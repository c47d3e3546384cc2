/** What the sampler collects: counters as the kernel and the driver give them, from which rates are derived afterwards. */

/** Ticks of /proc are hundredths of a second on every architecture Node runs on. */
export const ticksPerSecond = 100;

/** One reading of the kernel's counters; a field is absent where the kernel does not offer it. */
export interface CpuSample {
  /** CLOCK_MONOTONIC, nanoseconds. */
  readonly atNs: number;
  /** Time of all CPUs together since boot, in ticks of 10 ms: busy with anything, and taken by the hypervisor. */
  readonly busyTicks?: number;
  readonly stealTicks?: number;
  /** CPUs that the measured process may run on, and their time in ticks: busy with anything, and with nothing. */
  readonly usableCpus?: number;
  readonly usableBusyTicks?: number;
  readonly usableIdleTicks?: number;
  /** Time of the measured process, user and system, ticks. */
  readonly processTicks?: number;
  /** Involuntary context switches of all threads the process has had while sampled. */
  readonly involuntarySwitches?: number;
  readonly throttledPeriods?: number;
  readonly throttledUs?: number;
  readonly memoryUsedBytes?: number;
  readonly processBytes?: number;
  /** Time in which some task waited for memory, microseconds since boot. */
  readonly memoryStallUs?: number;
}

/** One line of `nvidia-smi`; a field is absent where the driver says N/A. */
export interface GpuSample {
  readonly atNs: number;
  readonly index: number;
  readonly uuid: string;
  readonly utilizationPercent?: number;
  readonly memoryUtilizationPercent?: number;
  readonly memoryUsedMiB?: number;
  readonly smClockMhz?: number;
  readonly memoryClockMhz?: number;
  readonly powerW?: number;
  readonly temperatureC?: number;
  /** NVML's bit mask of clock event reasons. */
  readonly throttleBits?: number;
}

/** All that the sampler hands back. */
export interface Samples {
  readonly cpu: readonly CpuSample[];
  readonly gpu: readonly GpuSample[];
  /** Why there are no GPU samples. */
  readonly gpuFault?: string;
  /** What sampling itself cost, CPU seconds; without `nvidia-smi`. */
  readonly ownCpuS: number;
}
