/** The schema of `baremark-telemetry/1`, the summary of a run's telemetry, from which its types are taken. */
import { z } from 'zod';
import { figure } from '../../base/figure-schema.js';
import { measuredOf } from '../../base/measured-schema.js';

const number = measuredOf(figure);
const spread = z.object({ mean: figure, max: figure });
const measuredSpread = measuredOf(spread);

const gpuTelemetry = z.object({
  index: figure,
  uuid: z.string(),
  /** Share of time in which a kernel ran, percent. */
  utilizationPercent: measuredSpread,
  memoryUtilizationPercent: measuredSpread,
  memoryUsedMiB: measuredSpread,
  smClockMhz: measuredSpread,
  memoryClockMhz: measuredSpread,
  powerW: measuredSpread,
  temperatureC: measuredSpread,
  /** Integral of the power over the time sampled, joules. */
  energyJ: number,
  /** Share of the samples, 0 to 1, in which each reason held the clocks down. */
  throttling: measuredOf(z.record(z.string(), figure)),
});

export const telemetrySchema = z.object({
  schema: z.literal('baremark-telemetry/1'),
  samples: figure,
  durationS: number,
  /** CPUs' worth of time in use, by the whole system and by the measured process; 1 is one CPU fully used. */
  systemCores: measuredSpread,
  processCores: measuredSpread,
  systemCoreSeconds: number,
  processCoreSeconds: number,
  /** CPUs' worth of time that the hypervisor gave to others while this system wanted it. */
  stealCores: measuredSpread,
  /**
   * What others took of the CPUs that the process may run on; absent in older files. `contendedShare` is the share of
   * the time, 0 to 1, in which none of them was idle while others, or the hypervisor, had a quarter of them or more.
   */
  others: measuredOf(z.object({ cpus: figure, cores: spread, contendedShare: figure })).optional(),
  involuntarySwitches: number,
  /** Time and periods in which the control group's CPU quota held the process back. */
  throttledSeconds: number,
  throttledPeriods: number,
  memoryUsedBytes: measuredSpread,
  processBytes: measuredSpread,
  /** Time in which some task waited for memory, seconds. */
  memoryStallSeconds: number,
  gpus: measuredOf(z.array(gpuTelemetry)),
  /** Energy of all GPUs together, joules. */
  gpuEnergyJ: number,
  /** What sampling cost, CPU seconds, without `nvidia-smi`. */
  samplerCoreSeconds: number,
});

export type MeanMaxSchema = typeof spread;
export type GpuTelemetrySchema = typeof gpuTelemetry;
