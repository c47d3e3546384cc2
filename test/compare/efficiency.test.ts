import { describe, expect, it } from 'vitest';
import { cpuCoresOf, energyPerSampleOf } from '../../src/compare/pairs/efficiency.js';
import type { TelemetrySummary } from '../../src/system/telemetry/summary.js';
import { ourRun, publishedRun } from './make-run.js';

/** What of a run's telemetry is read here. */
const telemetry = (cores: number, joules: number) =>
  ({
    schema: 'baremark-telemetry/1',
    systemCores: { value: { mean: cores, max: cores } },
    gpuEnergyJ: { value: joules },
  }) as TelemetrySummary;

describe('CPU cores and energy beside throughput', () => {
  it('are means over the runs; energy is a sample’s', () => {
    // Each run has 1,000 samples: 180,000 J and 200,000 J make 180 and 200 J a sample.
    const runs = [
      ourRun({}, { telemetry: telemetry(22, 180_000) }),
      ourRun({}, { telemetry: telemetry(26, 200_000) }),
    ];
    expect(cpuCoresOf(runs)).toEqual({ value: 24 });
    expect(energyPerSampleOf(runs)).toEqual({ value: 190 });
  });

  it('count samples, not queries, and the samples of the run that the energy is of', () => {
    // 8 samples a query: 8,000 J over 400 samples are 20 J a sample, 3,000 J over 100 samples 30 J.
    const run = (joules: number, samples: number) => {
      const { document, ...rest } = ourRun({}, { telemetry: telemetry(1, joules) });
      const result = { ...document!.result, samples, queries: samples / 8 };
      return { ...rest, document: { ...document!, result } };
    };
    expect(energyPerSampleOf([run(8000, 400), run(3000, 100)])).toEqual({ value: 25 });
  });

  it('stay unknown, with the reason', () => {
    expect(cpuCoresOf([publishedRun()])).toEqual({ unavailable: 'MLPerf logs contain no telemetry' });
    const without = { ...telemetry(1, 1), gpuEnergyJ: { unavailable: 'nvidia-smi listed no GPU' } };
    expect(energyPerSampleOf([ourRun({}, { telemetry: without })])).toEqual({
      unavailable: 'nvidia-smi listed no GPU',
    });
  });
});
