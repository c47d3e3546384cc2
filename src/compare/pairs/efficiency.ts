/** What a run cost besides time: the CPU cores it kept busy and the energy per sample. */
import type { Measured } from '../../base/measured.js';
import type { ResultRun } from '../../results/types.js';
import type { TelemetrySummary } from '../../system/telemetry/summary.js';

/** CPU cores that the system kept busy with anything, the mean over the runs that measured it. */
export function cpuCoresOf(runs: readonly ResultRun[]): Measured<number> {
  return meanOf(runs, (telemetry) =>
    'value' in telemetry.systemCores ? { value: telemetry.systemCores.value.mean } : telemetry.systemCores,
  );
}

/** Joules of all GPUs ÷ samples, the mean over the runs that measured it. */
export function energyPerSampleOf(runs: readonly ResultRun[]): Measured<number> {
  return meanOf(runs, (telemetry, samples) => {
    if (!('value' in telemetry.gpuEnergyJ)) return telemetry.gpuEnergyJ;
    return samples > 0
      ? { value: telemetry.gpuEnergyJ.value / samples }
      : { unavailable: 'no sample was completed' };
  });
}

/** The summary that a run of ours carries. */
export function telemetryOf(run: ResultRun): TelemetrySummary | undefined {
  return run.document?.telemetry;
}

function meanOf(
  runs: readonly ResultRun[],
  read: (telemetry: TelemetrySummary, samples: number) => Measured<number>,
): Measured<number> {
  const values: number[] = [];
  let why: string | undefined;
  for (const run of runs) {
    const telemetry = telemetryOf(run);
    const found = telemetry ? read(telemetry, run.document!.result.samples) : { unavailable: whyNone(run) };
    if ('value' in found) values.push(found.value);
    else why ??= found.unavailable;
  }
  if (values.length === 0) return { unavailable: why ?? 'there is no run' };
  return { value: values.reduce((sum, value) => sum + value, 0) / values.length };
}

function whyNone(run: ResultRun): string {
  return run.source === 'mlperf' ? 'MLPerf logs contain no telemetry' : 'the run recorded no telemetry';
}
