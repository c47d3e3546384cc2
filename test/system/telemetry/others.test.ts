/** What others took of the CPUs that a process may run on. */
import { describe, expect, it } from 'vitest';
import { cpuSampler, parseCpuList } from '../../../src/system/telemetry/cpu-sampler.js';
import { othersOf } from '../../../src/system/telemetry/others.js';
import type { CpuSample } from '../../../src/system/telemetry/sample.js';
import { machine } from '../machine.js';

it.each([
  ['0-1', [0, 1]],
  ['0,2-4,9', [0, 2, 3, 4, 9]],
  ['7', [7]],
  ['', undefined],
  ['all', undefined],
])('reads the list of CPUs %j', (list, cpus) => expect(parseCpuList(list)).toEqual(cpus));

it('counts only the CPUs that the process may run on, and of those the ones that are on', () => {
  // user nice system idle iowait irq softirq steal
  const stat = [
    'cpu  1000 0 0 5000 0 0 0 0 0 0',
    'cpu0 100 1 20 700 30 4 5 6 0 0',
    'cpu1 800 0 0 900 0 0 0 0 0 0',
    'cpu10 50 0 0 60 7 0 0 0 0 0',
  ].join('\n');
  const files = { '/proc/stat': stat, '/proc/7/status': 'VmRSS:\t8 kB\nCpus_allowed_list:\t0,10-11\n' };
  expect(cpuSampler(machine(files), 7, () => 0)()).toMatchObject({
    usableCpus: 2,
    usableBusyTicks: 130 + 50,
    usableIdleTicks: 730 + 67,
  });
});

/** Samples a second apart, from ticks of each second: the usable CPUs busy and idle, and the process. */
function samples(...seconds: readonly (readonly [busy: number, idle: number, own: number])[]): CpuSample[] {
  let [busy, idle, own] = [1000, 2000, 300];
  const all: CpuSample[] = [
    { atNs: 0, usableCpus: 2, usableBusyTicks: busy, usableIdleTicks: idle, processTicks: own },
  ];
  for (const [b, i, o] of seconds) {
    [busy, idle, own] = [busy + b, idle + i, own + o];
    const at = { atNs: all.length * 1e9, usableCpus: 2 };
    all.push({ ...at, usableBusyTicks: busy, usableIdleTicks: idle, processTicks: own });
  }
  return all;
}

describe('others', () => {
  it('used what was busy and was not the process, without the sampler', () => {
    // 1.6 of 2 CPUs, then 0.4, of which the sampler used 0.1 s each second.
    expect(othersOf({ cpu: samples([180, 20, 20], [60, 140, 20]), ownCpuS: 0.2 })).toEqual({
      cpus: 2,
      cores: { mean: 0.9, max: 1.6 },
      contendedShare: 0,
    });
  });

  it('contend where nothing is idle and a quarter is not the process’s', () => {
    const contended = [195, 5, 145] as const;
    const ownLoad = [195, 5, 160] as const;
    const someIdle = [185, 15, 100] as const;
    expect(
      othersOf({ cpu: samples(contended, ownLoad, someIdle, ownLoad), ownCpuS: 0 })?.contendedShare,
    ).toBe(0.25);
    // What a hypervisor takes is neither busy nor idle.
    expect(othersOf({ cpu: samples([100, 5, 100]), ownCpuS: 0 })?.contendedShare).toBe(1);
  });

  it('are not known of a moment, or without counters', () => {
    const [first, second] = samples([200, 0, 0]) as [CpuSample, CpuSample];
    expect(othersOf({ cpu: [first, { ...second, atNs: 0.4e9 }], ownCpuS: 0 })).toBeUndefined();
    expect(othersOf({ cpu: [{ atNs: 0 }, { atNs: 1e9 }], ownCpuS: 0 })).toBeUndefined();
    expect(othersOf({ cpu: [], ownCpuS: 0 })).toBeUndefined();
  });
});
