import { describe, expect, it } from 'vitest';
import { cpuSampler, parseProcessTicks, parseStat } from '../../../src/system/telemetry/cpu-sampler.js';
import { gpuQueryArgs, parseGpuLine, throttleReasons } from '../../../src/system/telemetry/gpu-query.js';
import { machine } from '../machine.js';

const stat = 'cpu  100 20 30 4000 50 6 7 8 9 1\ncpu0 1 2 3 4 5 6 7 8 9 10\n';
const status = (count: number) => `Name:\tnode\nVmRSS:\t    2048 kB\nnonvoluntary_ctxt_switches:\t${count}\n`;

describe('the kernel counters', () => {
  it('of /proc/stat: guest time is part of user time, waiting for disks is idle', () => {
    expect(parseStat(stat)).toEqual({ busy: 100 + 20 + 30 + 6 + 7, steal: 8 });
    expect(parseStat('cpu 1 2\n')).toBeUndefined();
    expect(parseStat('')).toBeUndefined();
  });

  it('of a process whose name has brackets and spaces', () => {
    const fields = ['S', ...Array.from({ length: 10 }, () => '0'), '70', '30', '0'];
    expect(parseProcessTicks(`42 (a) b (c)) ${fields.join(' ')}`)).toBe(100);
    expect(parseProcessTicks('42 (a) S')).toBeUndefined();
  });

  it('are put together, with the switches of threads that have ended', () => {
    const files = {
      '/proc/stat': stat,
      '/proc/meminfo': 'MemTotal: 1000 kB\nMemAvailable: 400 kB\n',
      '/proc/7/stat': `7 (node) S ${Array.from({ length: 10 }, () => '0').join(' ')} 5 6 0`,
      '/proc/7/status': status(1),
      '/proc/7/task/7/status': status(1),
      '/proc/7/task/8/status': status(20),
      '/proc/7/cgroup': '0::/box\n',
      '/sys/fs/cgroup/box/cpu.stat': 'usage_usec 5\nnr_throttled 3\nthrottled_usec 4000\n',
      '/proc/pressure/memory': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=123\nfull avg10=0 total=1\n',
    };
    const sample = cpuSampler(machine(files), 7, () => 99)();
    expect(sample).toEqual({
      atNs: 99,
      busyTicks: 163,
      stealTicks: 8,
      processTicks: 11,
      involuntarySwitches: 21,
      throttledPeriods: 3,
      throttledUs: 4000,
      memoryUsedBytes: 600 * 1024,
      processBytes: 2048 * 1024,
      memoryStallUs: 123,
    });
    const host = machine({ '/proc/7/task/7/status': status(1), '/proc/7/task/8/status': status(20) });
    let threads = ['7', '8'];
    const fading = cpuSampler({ ...host, list: () => threads }, 7, () => 0);
    expect(fading().involuntarySwitches).toBe(21);
    threads = ['7'];
    expect(fading().involuntarySwitches).toBe(21);
  });

  it('are absent where the kernel has none', () => {
    expect(cpuSampler(machine({}), 7, () => 1)()).toEqual({ atNs: 1 });
  });
});

describe('nvidia-smi lines', () => {
  it('are read, N/A as absent', () => {
    expect(parseGpuLine('0, GPU-a, 97, 45, 12345, 1980, 2619, 650.12, 61, 0x0000000000000024', 5)).toEqual({
      atNs: 5,
      index: 0,
      uuid: 'GPU-a',
      utilizationPercent: 97,
      memoryUtilizationPercent: 45,
      memoryUsedMiB: 12345,
      smClockMhz: 1980,
      memoryClockMhz: 2619,
      powerW: 650.12,
      temperatureC: 61,
      throttleBits: 0x24,
    });
    const vgpu = parseGpuLine('1, GPU-b, 5, 1, 100, [N/A], [N/A], [Not Supported], [N/A], [N/A]', 5);
    expect(vgpu).toEqual({
      atNs: 5,
      index: 1,
      uuid: 'GPU-b',
      utilizationPercent: 5,
      memoryUtilizationPercent: 1,
      memoryUsedMiB: 100,
    });
  });

  it.each(['', 'No devices were found', 'Field "x" is not a valid field to query.', '0, GPU-a, 97'])(
    'that are none (%j) are not',
    (line) => expect(parseGpuLine(line, 0)).toBeUndefined(),
  );

  it('carry the reasons of NVML by name', () => {
    expect(throttleReasons(0)).toEqual([]);
    expect(throttleReasons(0x1 | 0x8 | 0x40)).toEqual([
      'gpu idle',
      'hardware slowdown',
      'hardware thermal slowdown',
    ]);
    expect(throttleReasons(0x804)).toEqual(['software power cap', '0x800']);
  });

  it('come from one process', () => {
    expect(gpuQueryArgs(1000, 'x.active')).toEqual([
      '--query-gpu=index,uuid,utilization.gpu,utilization.memory,memory.used,clocks.sm,clocks.mem,power.draw,temperature.gpu,x.active',
      '--format=csv,noheader,nounits',
      '--loop-ms=1000',
    ]);
  });
});
