/** What others took of the CPUs that the measured process may run on: other processes, and the hypervisor. */
import { type CpuSample, type Samples, ticksPerSecond } from './sample.js';

export interface Others {
  /** CPUs that the process may run on. */
  readonly cpus: number;
  /** CPUs' worth of time that other processes used, without the sampler: the mean, and the most in one interval. */
  readonly cores: { readonly mean: number; readonly max: number };
  /** Share of the time in which no CPU was idle and others had a quarter of them or more. */
  readonly contendedShare: number;
}

/** CPUs count as fully used with less than this share idle. */
const idleShare = 0.05;
/** Share of the CPUs that is missed where there are no idle ones. */
const missedShare = 0.25;

/** Counters in steps of 10 ms say nothing of a shorter time. */
const leastS = 0.5;

interface Interval {
  readonly seconds: number;
  readonly cpus: number;
  /** CPUs' worth of time. */
  readonly others: number;
  readonly idle: number;
  readonly own: number;
}

/** Undefined where the kernel does not tell, or only for a moment. */
export function othersOf({ cpu, ownCpuS }: Pick<Samples, 'cpu' | 'ownCpuS'>): Others | undefined {
  const intervals = cpu.slice(1).flatMap((sample, i) => interval(cpu[i]!, sample) ?? []);
  const seconds = intervals.reduce((sum, part) => sum + part.seconds, 0);
  const last = intervals.at(-1);
  if (!last || seconds < leastS) return undefined;
  const used = intervals.reduce((sum, { others, seconds }) => sum + others * seconds, 0);
  const contended = intervals.filter(isContended).reduce((sum, part) => sum + part.seconds, 0);
  return {
    cpus: last.cpus,
    cores: {
      mean: Math.max(0, used - ownCpuS) / seconds,
      max: Math.max(0, ...intervals.map(({ others }) => others)),
    },
    contendedShare: contended / seconds,
  };
}

function interval(before: CpuSample, after: CpuSample): Interval | undefined {
  const seconds = (after.atNs - before.atNs) / 1e9;
  const cores = (counter: 'usableBusyTicks' | 'usableIdleTicks' | 'processTicks') =>
    ((after[counter] ?? Number.NaN) - (before[counter] ?? Number.NaN)) / ticksPerSecond / seconds;
  const [busy, idle, own] = [cores('usableBusyTicks'), cores('usableIdleTicks'), cores('processTicks')];
  const cpus = after.usableCpus;
  if (cpus === undefined || !(seconds > 0) || !Number.isFinite(busy + idle + own)) return undefined;
  return { seconds, cpus, others: busy - own, idle, own };
}

/** What neither idled nor went to the process was others' or the hypervisor's, which need not report what it took. */
function isContended({ cpus, idle, own }: Interval): boolean {
  return idle < idleShare * cpus && cpus - idle - own >= missedShare * cpus;
}
