/** What a run cost beside time: the CPU cores it kept busy and the energy of a sample. */
import type { Measured } from '../base/measured.js';
import type { ResultRun } from '../results/types.js';

/** CPU cores kept busy, the mean over the runs that measured it. */
export function cpuCoresOf(runs: readonly ResultRun[]): Measured<number> {
  return meanOf(runs, 'cpuCoresUsed');
}

/** Joules a sample (of the GPUs), the mean over the runs that measured it. */
export function energyPerSampleOf(runs: readonly ResultRun[]): Measured<number> {
  return meanOf(runs, 'energyPerSampleJ');
}

function meanOf(runs: readonly ResultRun[], field: string): Measured<number> {
  const values: number[] = [];
  let why: string | undefined;
  for (const run of runs) {
    const telemetry = run.document?.telemetry as Record<string, Measured<number>> | undefined;
    const found = telemetry?.[field];
    if (found && 'value' in found) values.push(found.value);
    else why ??= found?.unavailable ?? whyNone(run);
  }
  if (values.length === 0) return { unavailable: why ?? 'there is no run' };
  return { value: values.reduce((sum, value) => sum + value, 0) / values.length };
}

function whyNone(run: ResultRun): string {
  return run.source === 'mlperf' ? 'MLPerf logs carry no telemetry' : 'the run recorded no telemetry';
}
