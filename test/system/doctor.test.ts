import { describe, expect, it } from 'vitest';
import type { DeviceOutcome } from '../../src/backends/examination.js';
import { examine } from '../../src/backends/onnxruntime/examine/examine.js';
import { profile as onnxruntime } from '../../src/backends/onnxruntime/profile.js';
import { parseVulkanSummary } from '../../src/backends/onnxruntime/vulkan.js';
import { doctorReport } from '../../src/system/doctor/report.js';
import { doctorText, wrap } from '../../src/system/doctor/text.js';
import { cpuFiles, fixture, machine } from './machine.js';

const runtime = { root: '/ort', version: '1.29.0', libraries: '/ort/lib' };
const works: DeviceOutcome = { kind: 'works', ms: 12 };
const fails: DeviceOutcome = { kind: 'fails', reason: 'libcublasLt.so.13: cannot open shared object file' };

const guest = (smi: string, list = '') =>
  machine(
    {
      ...cpuFiles(1, 24, 1, 'hypervisor', 'AMD EPYC 7502 32-Core Processor'),
      '/sys/class/dmi/id/sys_vendor': 'VMware, Inc.',
      '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'acpi_pm',
      '/proc/self/timerslack_ns': '50000\n',
      '/proc/self/status': 'CapEff:\t0000000000000000\n',
      '/proc/self/limits': 'Max nice priority         0                    0\n',
    },
    {
      'systemd-detect-virt --vm': 'vmware\n',
      'nvidia-smi -q -x': fixture('nvidia-smi', smi),
      'nvidia-smi -L': list,
      'chrt -f 1 true': { kind: 'exited', code: 1, stdout: '', stderr: "chrt: failed to set pid 0's policy" },
    },
  );

const check =
  (outcomes: Readonly<Record<string, DeviceOutcome>>, seen: Record<string, unknown> = {}) =>
  (device: string, options: { env?: Readonly<Record<string, string>> } = {}) => {
    seen[device] = options.env;
    return Promise.resolve(outcomes[device] ?? fails);
  };

/** ONNX Runtime as the built-in backend has it, with sessions that open as told. */
const backends = (opens: ReturnType<typeof check>) => [
  {
    ...onnxruntime,
    examine: (request: Parameters<typeof examine>[0]) => examine(request, { runtime, check: opens }),
  },
];

describe('the doctor', () => {
  it('is about the GPU where there is one, and fails with the commands that help', async () => {
    const report = await doctorReport({
      host: guest('vgpu-a100-40c.xml'),
      profiles: backends(check({ cpu: works })),
    });
    expect(report).toMatchObject({ device: 'cuda:0', ok: false });
    const text = doctorText(report);
    const flowing = text.replaceAll(/\s+/g, ' ');
    expect(flowing).toContain('time-sliced vGPU A100-40C: 40 GB frame buffer, at most 1 on one card');
    expect(text).toContain('$ baremark setup cuda');
    expect(text).toContain("$ pip install 'nvidia-cublas<14'");
    expect(text).toContain('The clock source acpi_pm is slow to read');
    expect(text).toContain('rtprio 99');
    expect(text.trimEnd().split('\n').at(-1)).toBe(
      'The device cuda:0 does not work; see what is missing above.',
    );
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    // Whatever it names exists once, and all of it survives being JSON.
    expect(text.match(/\$ baremark setup cuda$/gm)).toHaveLength(2);
    expect(JSON.parse(JSON.stringify(report))).toMatchObject({ schema: 'baremark-doctor/2', ok: false });
  });

  it('is content where the chosen devices work', async () => {
    const host = guest('four-h200.xml');
    const profiles = backends(check({ cpu: works, 'cuda:0': works, 'cuda:1': works }));
    expect((await doctorReport({ host, profiles })).ok).toBe(true);
    expect((await doctorReport({ host, profiles, device: 'cuda:0,1' })).ok).toBe(true);
    expect((await doctorReport({ host, profiles, device: 'cuda:all' })).ok).toBe(false);
    expect((await doctorReport({ host, profiles, device: 'webgpu' })).ok).toBe(false);
    expect(doctorText(await doctorReport({ host, profiles }))).toContain('The device cuda:0 works.');
  });

  it('opens MIG devices as a run would', async () => {
    const seen: Record<string, unknown> = {};
    const uuid = 'MIG-aaaaaaaa-0000-5000-8000-000000000002';
    const report = await doctorReport({
      host: guest('mig-a100.xml', fixture('nvidia-smi', 'mig-a100.list.txt')),
      profiles: backends(check({ 'cuda:0': works }, seen)),
      device: `cuda:${uuid}`,
    });
    expect(report.ok).toBe(true);
    expect(seen['cuda:0']).toEqual({ CUDA_VISIBLE_DEVICES: uuid });
    expect(doctorText(report).replaceAll(/\s+/g, ' ')).toContain(
      'MIG 2g.10gb (2/7 of the compute, 2/8 of the memory)',
    );
  });

  it('refuses a device that is none', async () => {
    const host = guest('four-h200.xml');
    await expect(
      doctorReport({ host, profiles: backends(check({})), device: 'cuda:7' }),
    ).rejects.toMatchObject({
      code: 'UNKNOWN_DEVICE',
    });
  });

  it('refuses a backend that has nothing to examine', async () => {
    await expect(doctorReport({ host: guest('four-h200.xml'), backend: 'simulated' })).rejects.toMatchObject({
      message:
        '--backend is "simulated", which has nothing for the doctor to examine; choose onnxruntime or tfjs.',
    });
  });

  it('tells what keeps the CPU from working, whichever device is asked for', async () => {
    const host = guest('four-h200.xml');
    const report = await doctorReport({ host, profiles: backends(check({ 'cuda:0': works })) });
    expect(report.ok).toBe(true);
    expect(doctorText(report)).toContain('ONNX Runtime does not open on the CPU.');
  });

  it('examines this machine', async () => {
    const report = await doctorReport({ device: 'cpu' });
    expect(report.ok).toBe(true);
    expect(report.backends.onnxruntime!.findings.map(({ device }) => device)).toEqual([
      'cpu',
      'cuda:0',
      'tensorrt:0',
      'webgpu',
    ]);
    expect(doctorText(report)).toContain('The device cpu works.');
  });
});

describe('its parts', () => {
  it('wraps at spaces and keeps long words', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('/a/very/long/path x', 5)).toEqual(['/a/very/long/path', 'x']);
    expect(wrap('', 5)).toEqual([]);
  });

  it('reads vulkaninfo', () => {
    const summary = `Devices:
========
GPU0:
	apiVersion         = 1.3.280
	deviceType         = PHYSICAL_DEVICE_TYPE_DISCRETE_GPU
	deviceName         = NVIDIA H200
	driverName         = NVIDIA
	driverInfo         = 570.86.15
GPU1:
	apiVersion         = 1.3.255 (4206847)
	deviceType         = PHYSICAL_DEVICE_TYPE_CPU
	deviceName         = llvmpipe (LLVM 15.0.6, 256 bits)
	driverName         = llvmpipe
	driverInfo         = Mesa 22.3.6
`;
    expect(parseVulkanSummary(summary)).toEqual([
      { name: 'NVIDIA H200', type: 'DISCRETE_GPU', driver: 'NVIDIA 570.86.15', apiVersion: '1.3.280' },
      {
        name: 'llvmpipe (LLVM 15.0.6, 256 bits)',
        type: 'CPU',
        driver: 'llvmpipe Mesa 22.3.6',
        apiVersion: '1.3.255',
      },
    ]);
    expect(parseVulkanSummary('ERROR: no driver')).toEqual([]);
  });
});
