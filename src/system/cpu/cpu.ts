/** Reads what the CPU is from /proc/cpuinfo and /sys/devices/system. */

import { type Host, readTrimmed } from '../../base/host/host.js';
import { type Measured, measured, orUnavailable, unavailable } from '../../base/measured.js';
import type { Fingerprint } from '../types.js';

/** Expands a kernel list such as `0-3,8,10-11` to its members. */
function parseCpuList(list: string): readonly number[] {
  return list
    .trim()
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}

/** The first value of a field of /proc/cpuinfo. */
export function cpuinfoField(cpuinfo: string, name: string): string | undefined {
  return new RegExp(`^${name}\\s*:\\s*(.+)$`, 'm').exec(cpuinfo)?.[1]?.trim();
}

const topology = '/sys/devices/system/cpu';

/** [sockets, physical cores] counted over the online CPUs' topology folders. */
function countTopology(host: Host, cpus: readonly number[]): readonly [number, number] | undefined {
  const sockets = new Set<string>();
  const cores = new Set<string>();
  for (const cpu of cpus) {
    const socket = readTrimmed(host, `${topology}/cpu${cpu}/topology/physical_package_id`);
    const core = readTrimmed(host, `${topology}/cpu${cpu}/topology/core_id`);
    if (socket === undefined || core === undefined) return undefined;
    const die = readTrimmed(host, `${topology}/cpu${cpu}/topology/die_id`) ?? '0';
    sockets.add(socket);
    cores.add(`${socket}/${die}/${core}`);
  }
  return [sockets.size, cores.size];
}

function governor(host: Host, cpus: readonly number[]): Measured<string> {
  const governors = new Set(
    cpus.map((cpu) => readTrimmed(host, `${topology}/cpu${cpu}/cpufreq/scaling_governor`)),
  );
  governors.delete(undefined);
  if (governors.size === 0)
    return unavailable('the kernel offers no frequency scaling here, as is usual in a VM');
  return measured([...governors].sort().join(', '));
}

export function readCpu(host: Host): Fingerprint['cpu'] {
  const cpuinfo = host.read('/proc/cpuinfo') ?? '';
  const online = readTrimmed(host, `${topology}/online`);
  const cpus = online === undefined ? [] : parseCpuList(online);
  const listed = cpuinfo.match(/^processor\s*:/gm)?.length;
  const logical = cpus.length || listed;
  const counted = cpus.length > 0 ? countTopology(host, cpus) : undefined;
  const noTopology = 'the kernel does not show the CPU topology';
  const nodes = readTrimmed(host, '/sys/devices/system/node/online');
  return {
    model: orUnavailable(
      // Arm kernels name no model; the part number is the closest they give.
      cpuinfoField(cpuinfo, 'model name') ?? cpuinfoField(cpuinfo, 'CPU part'),
      '/proc/cpuinfo names no model',
    ),
    sockets: orUnavailable(counted?.[0], noTopology),
    physicalCores: orUnavailable(counted?.[1], noTopology),
    logicalCpus: orUnavailable(logical, '/proc/cpuinfo cannot be read'),
    smt: counted && logical ? measured(logical > counted[1] ? 'on' : 'off') : unavailable(noTopology),
    numaNodes: orUnavailable(
      nodes === undefined ? undefined : parseCpuList(nodes).length,
      'the kernel shows no NUMA nodes',
    ),
    governor: governor(host, cpus),
  };
}
