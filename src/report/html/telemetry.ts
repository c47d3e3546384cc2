/** What the machines did during the runs, side by side. */
import type { Measured } from '../../base/measured.js';
import { telemetryOf } from '../../compare/pairs/efficiency.js';
import type { PairComparison } from '../../compare/types.js';
import type { ResultRun } from '../../results/types.js';
import type { GpuTelemetry, MeanMax, TelemetrySummary } from '../../system/telemetry/summary.js';
import { figure } from '../text/numbers.js';
import { html, type Markup } from './markup.js';
import { htmlTable, measuredPart } from './page.js';

type Reading = Measured<string>;

/** A run's telemetry as text by label; undefined where it has none. */
export function telemetryRows(run: ResultRun | undefined): ReadonlyMap<string, Reading> | undefined {
  const telemetry = run && telemetryOf(run);
  if (!telemetry) return undefined;
  return new Map([...systemRows(telemetry), ...gpuRows(telemetry)]);
}

/** One table per pair whose first runs have telemetry; one sentence where none has. */
export function telemetrySection(pairs: readonly PairComparison[]): Markup {
  const tables = pairs.flatMap((pair) => {
    const [a, b] = [telemetryRows(pair.baseline.runs[0]), telemetryRows(pair.candidate.runs[0])];
    if (!a && !b) return [];
    const labels = [...new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])];
    const none: Reading = { unavailable: 'the run recorded no telemetry' };
    return [
      html`<div class="card"><h3>${pair.benchmark} · ${pair.scenario}</h3>${htmlTable(
        ['mean (highest)', 'baseline', 'candidate'],
        labels.map((label) => ({
          cells: [label, measuredPart(a?.get(label) ?? none), measuredPart(b?.get(label) ?? none)],
        })),
        { caption: `Telemetry of ${pair.benchmark} ${pair.scenario}` },
      )}</div>`,
    ];
  });
  return html`<h2>During the runs</h2>${
    tables.length
      ? tables
      : html`<p class="lead">Neither side recorded telemetry; MLPerf logs contain none.</p>`
  }`;
}

function systemRows(telemetry: TelemetrySummary): [string, Reading][] {
  return [
    ['CPU cores busy', spread(telemetry.systemCores)],
    ['CPU cores busy, this process', spread(telemetry.processCores)],
    ['CPU cores stolen by the hypervisor', spread(telemetry.stealCores)],
    ['involuntary context switches', plain(telemetry.involuntarySwitches)],
    ['throttled by a CPU quota (s)', plain(telemetry.throttledSeconds)],
    ['memory used (GiB)', spread(telemetry.memoryUsedBytes, 2 ** 30)],
    ['waiting for memory (s)', plain(telemetry.memoryStallSeconds)],
    ['energy of all GPUs (J)', plain(telemetry.gpuEnergyJ)],
  ];
}

function gpuRows(telemetry: TelemetrySummary): [string, Reading][] {
  if (!('value' in telemetry.gpus)) return [['GPUs', telemetry.gpus]];
  return telemetry.gpus.value.flatMap((gpu) => oneGpu(gpu));
}

function oneGpu(gpu: GpuTelemetry): [string, Reading][] {
  const name = `GPU ${gpu.index}`;
  return [
    [`${name} in use (%)`, spread(gpu.utilizationPercent)],
    [`${name} memory used (MiB)`, spread(gpu.memoryUsedMiB)],
    [`${name} SM clock (MHz)`, spread(gpu.smClockMhz)],
    [`${name} memory clock (MHz)`, spread(gpu.memoryClockMhz)],
    [`${name} power (W)`, spread(gpu.powerW)],
    [`${name} temperature (°C)`, spread(gpu.temperatureC)],
    [`${name} clocks limited by`, throttling(gpu.throttling)],
  ];
}

function spread(field: Measured<MeanMax>, unit = 1): Reading {
  if (!('value' in field)) return field;
  return { value: `${figure(field.value.mean / unit)} (${figure(field.value.max / unit)})` };
}

function plain(field: Measured<number>): Reading {
  return 'value' in field ? { value: figure(field.value) } : field;
}

function throttling(field: GpuTelemetry['throttling']): Reading {
  if (!('value' in field)) return field;
  const reasons = Object.entries(field.value).filter(([, share]) => share > 0);
  return {
    value: reasons.length
      ? reasons.map(([reason, share]) => `${reason} ${Math.round(share * 100)}% of the time`).join(', ')
      : 'nothing',
  };
}
