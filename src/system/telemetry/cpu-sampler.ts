/** Reads the kernel's counters of CPU time, steal, context switches, throttling and memory, once per call. */

import type { Host } from '../../base/host/host.js';
import { cgroupTexts } from '../hypervisor/cgroup.js';
import type { CpuSample } from './sample.js';

/** [busy, steal] ticks of all CPUs together, from the first line of /proc/stat. Guest time is contained in user time. */
export function parseStat(stat: string): { busy: number; steal: number } | undefined {
  const fields = /^cpu\s+(.*)$/m.exec(stat)?.[1]?.split(/\s+/).map(Number);
  if (!fields || fields.length < 8) return undefined;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields;
  return { busy: user + nice + system + irq + softirq, steal };
}

/** `0-3,8` as numbers; undefined where it is no list of CPUs. */
export function parseCpuList(list: string): readonly number[] | undefined {
  const cpus: number[] = [];
  for (const part of list.trim().split(',')) {
    const range = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (!range) return undefined;
    for (let cpu = Number(range[1]); cpu <= Number(range[2] ?? range[1]); cpu++) cpus.push(cpu);
  }
  return cpus;
}

/** Of the CPUs that a process may run on: how many there are, and the ticks in which they were busy and idle. */
function usableTicks(
  stat: string,
  status: string,
): Pick<CpuSample, 'usableCpus' | 'usableBusyTicks' | 'usableIdleTicks'> {
  const allowed = parseCpuList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '');
  if (!allowed) return {};
  const lines = new Map(
    Array.from(stat.matchAll(/^cpu(\d+) +(.*)$/gm), ([, cpu, line]) => [Number(cpu), line]),
  );
  let [cpus, busy, idle] = [0, 0, 0];
  for (const cpu of allowed) {
    const line = lines.get(cpu);
    // A CPU that is offline has no line.
    if (line === undefined) continue;
    const [, , , idleTicks = 0, waiting = 0] = line.split(/\s+/).map(Number);
    cpus++;
    busy += parseStat(`cpu ${line}`)?.busy ?? 0;
    idle += idleTicks + waiting;
  }
  return cpus === 0 ? {} : { usableCpus: cpus, usableBusyTicks: busy, usableIdleTicks: idle };
}

/** User and system ticks of a process; its name may hold spaces and brackets, so fields count from the last bracket. */
export function parseProcessTicks(stat: string): number | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks : undefined;
}

function kib(text: string | undefined, name: string): number | undefined {
  const value = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text ?? '')?.[1];
  return value === undefined ? undefined : Number(value) * 1024;
}

function field(text: string | undefined, pattern: RegExp): number | undefined {
  const value = pattern.exec(text ?? '')?.[1];
  return value === undefined ? undefined : Number(value);
}

/** Throttling from `cpu.stat`: version 2 counts microseconds, version 1 nanoseconds. */
function throttling(text: string | undefined): Pick<CpuSample, 'throttledPeriods' | 'throttledUs'> {
  const nanoseconds = field(text, /^throttled_time (\d+)/m);
  return {
    throttledPeriods: field(text, /^nr_throttled (\d+)/m),
    throttledUs: nanoseconds === undefined ? field(text, /^throttled_usec (\d+)/m) : nanoseconds / 1000,
  };
}

/** A sampler of one process; it remembers the context switches of threads that have ended. */
export function cpuSampler(host: Host, pid: number, now: () => number): () => CpuSample {
  const switches = new Map<string, number>();
  const countSwitches = (): number | undefined => {
    const threads = host.list(`/proc/${pid}/task`);
    if (threads.length === 0) return undefined;
    for (const thread of threads) {
      const count = field(
        host.read(`/proc/${pid}/task/${thread}/status`),
        /^nonvoluntary_ctxt_switches:\s+(\d+)/m,
      );
      if (count !== undefined) switches.set(thread, count);
    }
    return [...switches.values()].reduce((sum, count) => sum + count, 0);
  };
  return () => {
    const statText = host.read('/proc/stat') ?? '';
    const status = host.read(`/proc/${pid}/status`);
    const stat = parseStat(statText);
    const meminfo = host.read('/proc/meminfo');
    const total = kib(meminfo, 'MemTotal');
    const free = kib(meminfo, 'MemAvailable');
    const process = host.read(`/proc/${pid}/stat`);
    return {
      atNs: now(),
      busyTicks: stat?.busy,
      stealTicks: stat?.steal,
      ...usableTicks(statText, status ?? ''),
      processTicks: process === undefined ? undefined : parseProcessTicks(process),
      involuntarySwitches: countSwitches(),
      ...throttling(
        cgroupTexts(host, 'cpu', ['cpu.stat'], String(pid)).find((text) => text.includes('nr_throttled')),
      ),
      memoryUsedBytes: total === undefined || free === undefined ? undefined : total - free,
      processBytes: kib(status, 'VmRSS'),
      memoryStallUs: field(host.read('/proc/pressure/memory'), /^some .*total=(\d+)/m),
    };
  };
}
