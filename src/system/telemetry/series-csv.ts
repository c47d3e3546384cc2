/** The samples of a run as a CSV table: one row per interval, empty cells where something is not known. */
import { stringify } from 'csv-stringify/sync';
import { throttleReasons } from './gpu-query.js';
import type { GpuSample, Samples } from './sample.js';
import { rates } from './summary.js';

type Cell = number | string | undefined;

const gpuColumns: readonly (readonly [string, (sample: GpuSample) => Cell])[] = [
  ['utilization_percent', (sample) => sample.utilizationPercent],
  ['memory_utilization_percent', (sample) => sample.memoryUtilizationPercent],
  ['memory_used_mib', (sample) => sample.memoryUsedMiB],
  ['sm_clock_mhz', (sample) => sample.smClockMhz],
  ['memory_clock_mhz', (sample) => sample.memoryClockMhz],
  ['power_w', (sample) => sample.powerW],
  ['temperature_c', (sample) => sample.temperatureC],
  [
    'throttle_reasons',
    ({ throttleBits }) => (throttleBits === undefined ? undefined : throttleReasons(throttleBits).join('; ')),
  ],
];

const round = (value: number | undefined, factor = 1): Cell =>
  value === undefined ? undefined : Number((value * factor).toPrecision(6));

/** Columns: seconds since the first sample, then the system's, then `gpuN_…` for each GPU. Rates are over the interval before the row. */
export function seriesCsv({ cpu, gpu }: Samples): string {
  const indices = [...new Set(gpu.map(({ index }) => index))].sort((a, b) => a - b);
  const header = [
    'time_s',
    'system_cores',
    'process_cores',
    'steal_cores',
    'involuntary_switches_per_s',
    'throttled_share',
    'memory_used_bytes',
    'process_bytes',
    'memory_stall_share',
    ...indices.flatMap((index) => gpuColumns.map(([name]) => `gpu${index}_${name}`)),
  ];
  const [system, process, steal] = (['busyTicks', 'processTicks', 'stealTicks'] as const).map((counter) =>
    rates(cpu, counter),
  );
  const switches = rates(cpu, 'involuntarySwitches');
  const throttled = rates(cpu, 'throttledUs');
  const stalled = rates(cpu, 'memoryStallUs');
  const start = cpu[0]?.atNs ?? 0;
  const rows = cpu.map((sample, i) => [
    round(sample.atNs - start, 1e-9),
    round(system?.[i], 0.01),
    round(process?.[i], 0.01),
    round(steal?.[i], 0.01),
    round(switches[i]),
    round(throttled[i], 1e-6),
    sample.memoryUsedBytes,
    sample.processBytes,
    round(stalled[i], 1e-6),
    ...indices.flatMap((index) => {
      // The two tools tick on their own: a row shows the newest line that was there by then.
      const latest = gpu.findLast((line) => line.index === index && line.atNs <= sample.atNs);
      return gpuColumns.map(([, cell]) => latest && cell(latest));
    }),
  ]);
  return stringify([header, ...rows]);
}
