/** Finds out whether the process runs in a container, and which limits its control group sets. */

import { type Host, readTrimmed } from '../../base/host/host.js';
import { type Measured, measured, orUnavailable, unavailable } from '../../base/measured.js';
import type { Fingerprint } from '../types.js';
import { cgroupTexts } from './cgroup.js';

async function containerName(host: Host): Promise<Measured<string>> {
  if (host.exists('/.dockerenv')) return measured('docker');
  if (host.exists('/run/.containerenv')) return measured('podman');
  if (host.env.KUBERNETES_SERVICE_HOST) return measured('kubernetes');
  const detected = await host.run('systemd-detect-virt', ['--container'], { timeoutMs: 1000 });
  const said = detected.kind === 'exited' ? detected.stdout.trim().split('\n')[0] : undefined;
  if (said) return measured(said);
  const group = readTrimmed(host, '/proc/1/cgroup');
  const inGroup = /docker|containerd|kubepods|lxc|libpod/.exec(group ?? '')?.[0];
  if (inGroup) return measured(inGroup);
  return group === undefined ? unavailable('/proc/1/cgroup cannot be read') : measured('none');
}

/** CPUs allowed by the nearest `cpu.max` (version 2), or quota and period (version 1). */
function cpuLimit(host: Host): Measured<number | 'unlimited'> {
  const limits: number[] = [];
  for (const text of cgroupTexts(host, 'cpu', ['cpu.max'])) {
    const [quota, period] = text.split(/\s+/);
    if (quota !== 'max') limits.push(Number(quota) / Number(period));
  }
  const quotas = cgroupTexts(host, 'cpu', ['cpu.cfs_quota_us']).map(Number);
  const periods = cgroupTexts(host, 'cpu', ['cpu.cfs_period_us']).map(Number);
  for (const [i, quota] of quotas.entries()) if (quota > 0) limits.push(quota / (periods[i] ?? 100_000));
  const set = limits.filter((limit) => limit > 0);
  // Limits of a group's parents hold for it too: the tightest counts.
  return measured(set.length > 0 ? Math.min(...set) : 'unlimited');
}

function memoryLimit(host: Host): Measured<number | 'unlimited'> {
  const limits = cgroupTexts(host, 'memory', ['memory.max', 'memory.limit_in_bytes'])
    .map(Number)
    // Version 1 writes "no limit" as the largest multiple of the page size below 2^63.
    .filter((limit) => limit > 0 && limit < 2 ** 60);
  return measured(limits.length > 0 ? Math.min(...limits) : 'unlimited');
}

export async function readContainer(host: Host): Promise<Fingerprint['container']> {
  const noGroup = host.read('/proc/self/cgroup') === undefined;
  const why = '/proc/self/cgroup cannot be read';
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(host.read('/proc/self/status') ?? '')?.[1];
  return {
    name: await containerName(host),
    cpuLimit: noGroup ? unavailable(why) : cpuLimit(host),
    memoryLimitBytes: noGroup ? unavailable(why) : memoryLimit(host),
    cpuset: orUnavailable(allowed, '/proc/self/status cannot be read'),
  };
}
