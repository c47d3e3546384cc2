/** Turns samples into what a run's document keeps: means, maxima, CPU time and energy. */
import type { z } from 'zod';
import type { DeepReadonly } from '../../base/deep-readonly.js';
import { type Measured, measured, orUnavailable, unavailable } from '../../base/measured.js';
import { throttleReasons } from './gpu-query.js';
import { othersOf } from './others.js';
import { type CpuSample, type GpuSample, type Samples, ticksPerSecond } from './sample.js';
import { stealClock } from './steal.js';
import type { GpuTelemetrySchema, MeanMaxSchema, telemetrySchema } from './summary-schema.js';

/** Mean and maximum over a run. */
export type MeanMax = DeepReadonly<z.infer<MeanMaxSchema>>;
export type GpuTelemetry = DeepReadonly<z.infer<GpuTelemetrySchema>>;
export type TelemetrySummary = DeepReadonly<z.infer<typeof telemetrySchema>>;

type Counter = Exclude<keyof CpuSample, 'atNs'>;

function seconds(from: { atNs: number }, to: { atNs: number }): number {
  return (to.atNs - from.atNs) / 1e9;
}

/** How much a counter grew from the first sample to the last. */
function growth(samples: readonly CpuSample[], counter: Counter): number | undefined {
  const seen = samples.filter((sample) => sample[counter] !== undefined);
  const [first, last] = [seen[0]?.[counter], seen.at(-1)?.[counter]];
  return first === undefined || last === undefined || seen.length < 2 ? undefined : last - first;
}

/** Rates of a counter per second between neighbouring samples. */
export function rates(samples: readonly CpuSample[], counter: Counter): readonly (number | undefined)[] {
  return samples.map((sample, i) => {
    const before = samples[i - 1];
    const [a, b] = [before?.[counter], sample[counter]];
    if (!before || a === undefined || b === undefined) return undefined;
    const passed = seconds(before, sample);
    return passed > 0 ? (b - a) / passed : undefined;
  });
}

function spread(values: readonly (number | undefined)[]): MeanMax | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  return {
    mean: known.reduce((sum, value) => sum + value, 0) / known.length,
    max: known.reduce((most, value) => Math.max(most, value)),
  };
}

/** CPUs' worth of time: the mean is over the whole time, the maximum over single intervals. */
function cores(samples: readonly CpuSample[], counter: Counter): MeanMax | undefined {
  const total = growth(samples, counter);
  const max = spread(rates(samples, counter))?.max;
  const [first, last] = [samples[0], samples.at(-1)];
  if (total === undefined || max === undefined || !first || !last) return undefined;
  return { mean: total / ticksPerSecond / seconds(first, last), max: max / ticksPerSecond };
}

/** Integral of the power by the trapezoid rule, joules. */
export function energyJ(samples: readonly GpuSample[]): number | undefined {
  const known = samples.filter((sample) => sample.powerW !== undefined);
  if (known.length < 2) return undefined;
  return known.reduce((sum, sample, i) => {
    const before = known[i - 1];
    return before ? sum + (((before.powerW ?? 0) + (sample.powerW ?? 0)) / 2) * seconds(before, sample) : sum;
  }, 0);
}

function throttling(samples: readonly GpuSample[]): Readonly<Record<string, number>> | undefined {
  const known = samples.flatMap(({ throttleBits }) => throttleBits ?? []);
  if (known.length === 0) return undefined;
  const counts: Record<string, number> = {};
  for (const bits of known)
    for (const reason of throttleReasons(bits)) counts[reason] = (counts[reason] ?? 0) + 1 / known.length;
  return counts;
}

function gpuTelemetry(samples: readonly GpuSample[]): readonly GpuTelemetry[] {
  const uuids = [...new Set(samples.map(({ uuid }) => uuid))];
  return uuids.map((uuid) => {
    const own = samples.filter((sample) => sample.uuid === uuid);
    const of = (name: Exclude<keyof GpuSample, 'uuid' | 'atNs' | 'index'>) =>
      orUnavailable(spread(own.map((sample) => sample[name])), 'the driver does not report it for this GPU');
    return {
      index: own[0]?.index ?? 0,
      uuid,
      utilizationPercent: of('utilizationPercent'),
      memoryUtilizationPercent: of('memoryUtilizationPercent'),
      memoryUsedMiB: of('memoryUsedMiB'),
      smClockMhz: of('smClockMhz'),
      memoryClockMhz: of('memoryClockMhz'),
      powerW: of('powerW'),
      temperatureC: of('temperatureC'),
      energyJ: orUnavailable(energyJ(own), 'the driver does not report the power of this GPU often enough'),
      throttling: orUnavailable(throttling(own), 'the driver does not report why clocks are limited'),
    };
  });
}

function scaled(value: number | undefined, factor: number, why: string): Measured<number> {
  return orUnavailable(value === undefined ? undefined : value * factor, why);
}

/** Summarizes samples; `hypervisor` is the fingerprint's name of it, which decides whether steal can be known. */
export function summarizeTelemetry(samples: Samples, hypervisor: Measured<string>): TelemetrySummary {
  const { cpu, gpu } = samples;
  const [first, last] = [cpu[0], cpu.at(-1)];
  const noStat = '/proc/stat cannot be read';
  const noProcess = 'the process could not be observed';
  const noQuota = 'the control group has no CPU quota, or does not count throttling';
  const steal = stealClock(hypervisor, last?.stealTicks);
  const gpus = gpuTelemetry(gpu);
  const energies = gpus.flatMap(({ energyJ: energy }) => ('value' in energy ? energy.value : []));
  const noGpu = unavailable(samples.gpuFault ?? 'nvidia-smi listed no GPU');
  return {
    schema: 'baremark-telemetry/1',
    samples: cpu.length,
    durationS: orUnavailable(first && last && seconds(first, last), 'nothing was sampled'),
    systemCores: orUnavailable(cores(cpu, 'busyTicks'), noStat),
    processCores: orUnavailable(cores(cpu, 'processTicks'), noProcess),
    systemCoreSeconds: scaled(growth(cpu, 'busyTicks'), 1 / ticksPerSecond, noStat),
    processCoreSeconds: scaled(growth(cpu, 'processTicks'), 1 / ticksPerSecond, noProcess),
    stealCores:
      steal.kind === 'reported' ? orUnavailable(cores(cpu, 'stealTicks'), noStat) : unavailable(steal.why),
    others: orUnavailable(othersOf(samples), 'the kernel does not tell, or the run was too short'),
    involuntarySwitches: orUnavailable(growth(cpu, 'involuntarySwitches'), noProcess),
    throttledSeconds: scaled(growth(cpu, 'throttledUs'), 1e-6, noQuota),
    throttledPeriods: orUnavailable(growth(cpu, 'throttledPeriods'), noQuota),
    memoryUsedBytes: orUnavailable(
      spread(cpu.map((sample) => sample.memoryUsedBytes)),
      '/proc/meminfo cannot be read',
    ),
    processBytes: orUnavailable(spread(cpu.map((sample) => sample.processBytes)), noProcess),
    memoryStallSeconds: scaled(
      growth(cpu, 'memoryStallUs'),
      1e-6,
      'the kernel does not count memory pressure (/proc/pressure/memory is absent)',
    ),
    gpus: gpus.length > 0 ? measured(gpus) : noGpu,
    gpuEnergyJ:
      gpus.length === 0
        ? noGpu
        : energies.length === gpus.length
          ? measured(energies.reduce((sum, energy) => sum + energy, 0))
          : unavailable('not every GPU reports its power'),
    samplerCoreSeconds: measured(samples.ownCpuS),
  };
}
