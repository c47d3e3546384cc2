import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { measured } from '../../../src/base/measured.js';
import type { Samples } from '../../../src/system/telemetry/sample.js';
import { seriesCsv } from '../../../src/system/telemetry/series-csv.js';
import { stealClock } from '../../../src/system/telemetry/steal.js';
import { energyJ, summarizeTelemetry } from '../../../src/system/telemetry/summary.js';

const gpu = (second: number, powerW: number | undefined, utilizationPercent: number, throttleBits = 0) => ({
  atNs: second * 1e9,
  index: 0,
  uuid: 'GPU-a',
  powerW,
  utilizationPercent,
  throttleBits,
});

// 3 samples over 3 s (the second interval is 2 s long), ticks of 10 ms.
const samples: Samples = {
  cpu: [
    {
      atNs: 0,
      busyTicks: 1000,
      stealTicks: 10,
      processTicks: 500,
      involuntarySwitches: 5,
      memoryUsedBytes: 100,
    },
    {
      atNs: 1e9,
      busyTicks: 1300,
      stealTicks: 10,
      processTicks: 700,
      involuntarySwitches: 9,
      memoryUsedBytes: 300,
    },
    {
      atNs: 3e9,
      busyTicks: 1500,
      stealTicks: 40,
      processTicks: 800,
      involuntarySwitches: 25,
      memoryUsedBytes: 200,
    },
  ],
  gpu: [gpu(0.5, 100, 0, 1), gpu(1.5, 300, 100, 4), gpu(2.5, 300, 100, 4 | 32), gpu(3.5, 200, 50)],
  ownCpuS: 0.01,
};

describe('the summary of telemetry', () => {
  const summary = summarizeTelemetry(samples, measured('kvm'));

  it('counts CPUs and core-seconds', () => {
    expect(summary).toMatchObject({
      samples: 3,
      durationS: { value: 3 },
      systemCoreSeconds: { value: 5 },
      processCoreSeconds: { value: 3 },
      systemCores: { value: { mean: 5 / 3, max: 3 } },
      processCores: { value: { mean: 1, max: 2 } },
      stealCores: { value: { mean: expect.closeTo(0.1, 9), max: 0.15 } },
      involuntarySwitches: { value: 20 },
      memoryUsedBytes: { value: { mean: 200, max: 300 } },
    });
  });

  it('says why a counter is not there', () => {
    expect(summary.throttledSeconds).toHaveProperty('unavailable');
    expect(summary.memoryStallSeconds).toHaveProperty('unavailable');
    expect(summary.processBytes).toHaveProperty('unavailable');
    const none = summarizeTelemetry(
      { cpu: [], gpu: [], gpuFault: 'nvidia-smi is not installed', ownCpuS: 0 },
      measured('none'),
    );
    expect(none.durationS).toEqual({ unavailable: 'nothing was sampled' });
    expect(none.gpus).toEqual({ unavailable: 'nvidia-smi is not installed' });
    expect(none.gpuEnergyJ).toEqual({ unavailable: 'nvidia-smi is not installed' });
  });

  it('integrates the power by trapezoids', () => {
    // (100+300)/2 + 300 + (300+200)/2 over one second each.
    expect(energyJ(samples.gpu)).toBeCloseTo(750, 9);
    expect(summary.gpuEnergyJ).toEqual({ value: 750 });
    expect(energyJ([gpu(0, undefined, 0), gpu(1, 5, 0)])).toBeUndefined();
  });

  it('adds up the energy of all GPUs', () => {
    const second = samples.gpu.map((sample) => ({ ...sample, index: 1, uuid: 'GPU-b', powerW: 100 }));
    // 750 J as above, and 100 W over three seconds.
    const both = summarizeTelemetry({ ...samples, gpu: [...samples.gpu, ...second] }, measured('none'));
    expect(both.gpuEnergyJ).toEqual({ value: 1050 });
  });

  it('names the throttle reasons with the share of samples they held in', () => {
    expect(summary.gpus).toMatchObject({
      value: [
        {
          index: 0,
          utilizationPercent: { value: { mean: 62.5, max: 100 } },
          throttling: {
            value: { 'gpu idle': 0.25, 'software power cap': 0.5, 'software thermal slowdown': 0.25 },
          },
          memoryUsedMiB: { unavailable: 'the driver does not report it for this GPU' },
        },
      ],
    });
  });

  it('is a table with the same numbers', () => {
    const rows = parse(seriesCsv(samples), { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({ time_s: '0', system_cores: '', gpu0_power_w: '' });
    expect(rows[1]).toMatchObject({
      time_s: '1',
      system_cores: '3',
      process_cores: '2',
      gpu0_power_w: '100',
    });
    expect(rows[2]).toMatchObject({
      time_s: '3',
      system_cores: '1',
      steal_cores: '0.15',
      involuntary_switches_per_s: '8',
      memory_used_bytes: '200',
      gpu0_throttle_reasons: 'software power cap; software thermal slowdown',
    });
  });
});

describe('steal', () => {
  it('is only believed where the hypervisor reports it', () => {
    expect(stealClock(measured('vmware'), 12)).toEqual({ kind: 'reported' });
    expect(stealClock(measured('kvm'), 0)).toEqual({ kind: 'reported' });
    const refused = (reason: string, why: string) => ({
      kind: 'not reported',
      reason,
      why: expect.stringContaining(why),
    });
    expect(stealClock(measured('vmware'), 0)).toEqual(
      refused('not enabled by VMware', 'only where the host enables it'),
    );
    expect(stealClock(measured('none'), 0)).toEqual(refused('bare metal', 'does not apply on bare metal'));
    expect(stealClock(measured('microsoft'), 0)).toEqual(refused('never moved', 'not known to fill it'));
    expect(stealClock({ unavailable: 'no clue' }, 0)).toEqual(refused('hypervisor unknown', 'no clue'));
    expect(stealClock(measured('kvm'), undefined)).toEqual(refused('no counter', '/proc/stat'));
  });
});
