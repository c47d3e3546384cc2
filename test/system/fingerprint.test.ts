import { describe, expect, it } from 'vitest';
import { takeFingerprint } from '../../src/system/fingerprint.js';
import type { Fingerprint } from '../../src/system/types.js';
import { cpuFiles, fixture, machine } from './machine.js';

const osFiles = {
  '/etc/os-release': 'NAME="Ubuntu"\nPRETTY_NAME="Ubuntu 20.04.2 LTS"\n',
  '/proc/sys/kernel/osrelease': '5.4.0-80-generic\n',
  '/proc/meminfo': 'MemTotal:       1056477352 kB\nMemFree:        1 kB\n',
  '/proc/self/status': 'Name:\tnode\nCpus_allowed_list:\t0-127\n',
  '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'tsc\n',
};

const r7525 = () =>
  machine(
    {
      ...osFiles,
      ...cpuFiles(2, 32, 2, 'fpu svm', 'AMD EPYC 7502 32-Core Processor'),
      '/sys/class/dmi/id/sys_vendor': 'Dell Inc.\n',
      '/sys/class/dmi/id/product_name': 'PowerEdge R7525\n',
      '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'performance\n',
      '/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor': 'performance\n',
      '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'tsc hpet acpi_pm\n',
      '/proc/self/cgroup': '0::/user.slice\n',
      '/proc/1/cgroup': '0::/init.scope\n',
    },
    {
      'systemd-detect-virt --vm': { kind: 'exited', code: 1, stdout: 'none\n', stderr: '' },
      'systemd-detect-virt --container': { kind: 'exited', code: 1, stdout: 'none\n', stderr: '' },
      'nvidia-smi -q -x': fixture('nvidia-smi', 'bare-metal-a100.xml'),
    },
  );

/** Fields that are neither measured nor unavailable, by path. */
function stray(node: unknown, path = ''): string[] {
  if (typeof node !== 'object' || node === null) return [path];
  if ('value' in node || 'unavailable' in node) return [];
  return Object.entries(node).flatMap(([name, child]) => stray(child, `${path}.${name}`));
}

describe('the fingerprint', () => {
  it('of a two-socket server', async () => {
    const found = await takeFingerprint(r7525());
    expect(found.cpu).toEqual({
      model: { value: 'AMD EPYC 7502 32-Core Processor' },
      sockets: { value: 2 },
      physicalCores: { value: 64 },
      logicalCpus: { value: 128 },
      smt: { value: 'on' },
      numaNodes: { value: 2 },
      governor: { value: 'performance' },
    });
    expect(found.memoryBytes).toEqual({ value: 1056477352 * 1024 });
    expect(found.os).toMatchObject({
      name: { value: 'Ubuntu 20.04.2 LTS' },
      kernel: { value: '5.4.0-80-generic' },
      clockSource: { value: 'tsc' },
    });
    expect(found.hypervisor.name).toEqual({ value: 'none' });
    expect(found.container).toEqual({
      name: { value: 'none' },
      cpuLimit: { value: 'unlimited' },
      memoryLimitBytes: { value: 'unlimited' },
      cpuset: { value: '0-127' },
    });
    expect(found.gpu.gpus).toMatchObject({ value: [{ share: { value: { kind: 'whole-card' } } }] });
    expect(found.runtime).toEqual({
      node: { value: process.version },
      onnxruntime: { value: '1.29.0' },
      // It is there where `baremark setup tfjs` has brought it.
      tfjs: expect.toSatisfy((found) => 'value' in found || 'unavailable' in found),
    });
  });

  it('of a VMware guest with a vGPU', async () => {
    const guest = machine(
      {
        ...osFiles,
        ...cpuFiles(1, 24, 1, 'fpu hypervisor', 'AMD EPYC 7502 32-Core Processor'),
        '/sys/class/dmi/id/sys_vendor': 'VMware, Inc.\n',
        '/sys/class/dmi/id/product_name': 'VMware7,1\n',
        '/proc/self/cgroup': '0::/\n',
      },
      {
        'systemd-detect-virt --vm': 'vmware\n',
        'nvidia-smi -q -x': fixture('nvidia-smi', 'vgpu-a100-40c.xml'),
      },
    );
    const found = await takeFingerprint(guest);
    expect(found.cpu).toMatchObject({ logicalCpus: { value: 24 }, smt: { value: 'off' } });
    expect(found.cpu.governor).toHaveProperty('unavailable');
    expect(found.hypervisor).toEqual({
      name: { value: 'vmware' },
      evidence: {
        value: [
          'CPUID hypervisor bit set',
          'systemd-detect-virt: vmware',
          'DMI vendor: VMware, Inc.',
          'DMI product: VMware7,1',
        ],
      },
    });
    expect(found.gpu.gpus).toMatchObject({ value: [{ share: { value: { profile: 'A100-40C' } } }] });
  });

  it.each<[string, Record<string, string>, Fingerprint['hypervisor']['name']]>([
    ['VMware by its firmware alone', { flags: 'hypervisor', vendor: 'VMware, Inc.' }, { value: 'vmware' }],
    ['KVM by its clock', { flags: 'hypervisor', clocks: 'tsc kvm-clock' }, { value: 'kvm' }],
    ['Xen', { flags: 'hypervisor', xen: 'xen' }, { value: 'xen' }],
    ['a cloud’s bare metal', { flags: 'fpu', vendor: 'Amazon EC2' }, { value: 'none' }],
    ['a hypervisor nobody names', { flags: 'hypervisor' }, { value: 'unknown hypervisor' }],
    [
      'Hyper-V',
      { flags: 'hypervisor', vendor: 'Microsoft Corporation', product: 'Virtual Machine' },
      { value: 'microsoft' },
    ],
  ])('tells %s', async (_, clues, name) => {
    const files: Record<string, string> = { '/proc/cpuinfo': `processor : 0\nflags : ${clues.flags}\n` };
    if (clues.vendor) files['/sys/class/dmi/id/sys_vendor'] = clues.vendor;
    if (clues.product) files['/sys/class/dmi/id/product_name'] = clues.product;
    if (clues.xen) files['/sys/hypervisor/type'] = clues.xen;
    if (clues.clocks)
      files['/sys/devices/system/clocksource/clocksource0/available_clocksource'] = clues.clocks;
    expect((await takeFingerprint(machine(files))).hypervisor.name).toEqual(name);
  });

  it('reads the limits of control groups, the tightest of the group and its parents', async () => {
    const v2 = machine({
      '/.dockerenv': '',
      '/proc/self/cgroup': '0::/a/b\n',
      '/sys/fs/cgroup/a/cpu.max': '150000 100000\n',
      '/sys/fs/cgroup/a/b/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/a/b/memory.max': '8589934592\n',
      '/sys/fs/cgroup/a/memory.max': 'max\n',
    });
    expect((await takeFingerprint(v2)).container).toMatchObject({
      name: { value: 'docker' },
      cpuLimit: { value: 1.5 },
      memoryLimitBytes: { value: 8589934592 },
      cpuset: { unavailable: '/proc/self/status cannot be read' },
    });
    const v1 = machine({
      '/proc/self/cgroup': '4:memory:/x\n3:cpu,cpuacct:/x\n',
      // In a container only its own group is mounted, at the root.
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '400000\n',
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    });
    expect((await takeFingerprint(v1)).container).toMatchObject({
      cpuLimit: { value: 4 },
      memoryLimitBytes: { value: 'unlimited' },
    });
  });

  it('of an empty machine says why for every field, and never 0 or nothing', async () => {
    const found = await takeFingerprint(machine({}));
    expect(stray({ ...found, schema: { value: 1 } })).toEqual([]);
    for (const field of [found.cpu.model, found.cpu.sockets, found.memoryBytes, found.hypervisor.name])
      expect(field).toHaveProperty('unavailable');
  });

  it('of this machine has a value or a reason in every field', async () => {
    const found = await takeFingerprint();
    expect(found.runtime.node).toEqual({ value: process.version });
    expect(found.cpu.logicalCpus).toHaveProperty('value');
    expect(stray({ ...found, schema: { value: 1 } })).toEqual([]);
  });
});
