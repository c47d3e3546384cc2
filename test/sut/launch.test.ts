import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { launchNeeds } from '../../src/sut/launch.js';
import { baremark } from '../cli/baremark.js';
import { machine } from '../system/machine.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-devices-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what a plan needs at process start', () => {
  const user = join(folder, 'mine.mjs');
  const needing = (name: string, variables: Record<string, string>) => {
    const file = join(folder, name);
    writeFileSync(
      file,
      `export const profile = { launch: async (devices) => ({ DEVICES: devices.join(' '), ...${JSON.stringify(variables)} }) };`,
    );
    return file;
  };
  const host = machine({});

  it('is nothing for backends that need nothing', async () => {
    writeFileSync(user, 'export default {};');
    const runs = ['simulated', 'onnxruntime', user].map((backend) => ({ backend, device: 'cpu' }));
    expect(await launchNeeds({ runs }, host)).toBeUndefined();
  });

  it('is what the profiles say, each asked once for all devices of its runs', async () => {
    const backend = needing('one.mjs', { LD_LIBRARY_PATH: '/a:/b' });
    const runs = ['npu:0', 'npu:1', 'npu:0'].map((device) => ({ backend, device }));
    expect(await launchNeeds({ runs }, host)).toEqual({
      DEVICES: 'npu:0 npu:1',
      LD_LIBRARY_PATH: '/a:/b',
    });
  });

  it('takes the folders of all, and refuses what one process cannot have', async () => {
    const backends = [
      needing('first.mjs', { LD_LIBRARY_PATH: '/a:/b', VISIBLE: '0' }),
      needing('second.mjs', { LD_LIBRARY_PATH: '/b:/c', VISIBLE: '0' }),
      needing('third.mjs', { VISIBLE: '1' }),
    ];
    const runs = backends.map((backend) => ({ backend, device: 'npu' }));
    expect(await launchNeeds({ runs: runs.slice(0, 2) }, host)).toEqual({
      DEVICES: 'npu',
      LD_LIBRARY_PATH: '/a:/b:/c',
      VISIBLE: '0',
    });
    await expect(launchNeeds({ runs }, host)).rejects.toThrow(
      "The plan's backends need VISIBLE to be both 0 and 1, and a process has one; run baremark once for each.",
    );
  });
});

/** What `run --device` ends with on a machine whose driver is hidden. */
async function refusal(device: string) {
  const out = join(folder, device.replace(':', '-'));
  const path = process.env.PATH;
  process.env.PATH = '/usr/bin-without-nvidia-smi';
  try {
    return await baremark(
      folder,
      'run',
      '--model',
      'bert-tiny',
      '--scenario',
      'Offline',
      '--device',
      device,
      '--out',
      out,
    );
  } finally {
    process.env.PATH = path;
  }
}

describe('without a driver, run', () => {
  it('--device cuda ends with 2 and the sentence that says what to do, and does not fall back', async () => {
    const { code, stdout, stderr } = await refusal('cuda');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/^baremark: The device cuda cannot be used\. No NVIDIA GPU can be used/);
    expect(stderr).toMatch(/To use it: install the NVIDIA driver/);
  });

  it('--device tensorrt names libnvinfer', async () => {
    const { code, stderr } = await refusal('tensorrt:0');
    expect(code).toBe(2);
    expect(stderr).toMatch(/libnvinfer\.so\.10/);
  });
});
