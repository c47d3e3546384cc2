/** The one long-lived `nvidia-smi` that prints a line per GPU and interval: its arguments, its lines, its throttle reasons. */
import type { GpuSample } from './sample.js';

/** Newer drivers say "event" where older ones said "throttle"; each knows at least one of the two. */
export const throttleFields = ['clocks_throttle_reasons.active', 'clocks_event_reasons.active'] as const;

const fields = [
  'index',
  'uuid',
  'utilization.gpu',
  'utilization.memory',
  'memory.used',
  'clocks.sm',
  'clocks.mem',
  'power.draw',
  'temperature.gpu',
];

export function gpuQueryArgs(intervalMs: number, throttleField: string): readonly string[] {
  return [
    `--query-gpu=${[...fields, throttleField].join(',')}`,
    '--format=csv,noheader,nounits',
    `--loop-ms=${intervalMs}`,
  ];
}

function numeric(text: string | undefined): number | undefined {
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** One printed line; undefined where it is no sample, as an error message is. */
export function parseGpuLine(line: string, atNs: number): GpuSample | undefined {
  const cells = line.split(',').map((cell) => cell.trim());
  const [index, uuid, utilization, memoryUtilization, memory, sm, memClock, power, temperature, bits] = cells;
  if (cells.length !== fields.length + 1 || uuid === undefined || !/^\d+$/.test(index ?? ''))
    return undefined;
  return {
    atNs,
    index: Number(index),
    uuid,
    utilizationPercent: numeric(utilization),
    memoryUtilizationPercent: numeric(memoryUtilization),
    memoryUsedMiB: numeric(memory),
    smClockMhz: numeric(sm),
    memoryClockMhz: numeric(memClock),
    powerW: numeric(power),
    temperatureC: numeric(temperature),
    throttleBits: numeric(bits),
  };
}

/** Bits of NVML's nvmlClocksEventReasons (NVML API reference). */
const reasons: readonly (readonly [number, string])[] = [
  [0x1, 'gpu idle'],
  [0x2, 'application clocks setting'],
  [0x4, 'software power cap'],
  [0x8, 'hardware slowdown'],
  [0x10, 'sync boost'],
  [0x20, 'software thermal slowdown'],
  [0x40, 'hardware thermal slowdown'],
  [0x80, 'hardware power brake slowdown'],
  [0x100, 'display clock setting'],
];

/** The names of the reasons whose bits are set; bits that are not known are given as hexadecimal. */
export function throttleReasons(bits: number): readonly string[] {
  const mask = BigInt(Math.trunc(bits));
  const names = reasons.filter(([bit]) => (mask & BigInt(bit)) !== 0n).map(([, name]) => name);
  const unknown = mask & ~BigInt(0x1ff);
  return unknown === 0n ? names : [...names, `0x${unknown.toString(16)}`];
}
