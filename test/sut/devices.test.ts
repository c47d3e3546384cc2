import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { measured } from '../../src/base/measured.js';
import { devicesOf } from '../../src/sut/devices.js';
import type { Gpu } from '../../src/system/types.js';
import { baremark } from '../cli/baremark.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-devices-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const choice = (device: string, instances: number | 'auto' = 'auto', backend = 'onnxruntime') => ({
  backend,
  device,
  instances,
});

const card = (uuid: string, mig: string[] = []) =>
  ({ uuid: measured(uuid), migDevices: mig.map((id) => ({ uuid: measured(id) })) }) as unknown as Gpu;
const two = measured([card('GPU-aa11'), card('GPU-bb22')]);

describe('the devices of a run', () => {
  it.each([
    ['cpu', {}, ['cpu']],
    ['webgpu', {}, ['webgpu']],
    ['cuda', {}, ['cuda:0']],
    ['cuda:0,1', {}, ['cuda:0', 'cuda:1']],
    ['cuda:all', {}, ['cuda:0', 'cuda:1']],
    ['cuda:all', { CUDA_VISIBLE_DEVICES: '1' }, ['cuda:0']],
    ['tensorrt:1', {}, ['tensorrt:1']],
    ['cuda:GPU-bb22', { CUDA_VISIBLE_DEVICES: 'GPU-aa11,GPU-bb22' }, ['cuda:1']],
  ])('%s with %j is %j', (device, env, devices) => {
    expect(devicesOf(choice(device), two, env)).toEqual(devices);
  });

  it('names a MIG device by UUID as the one that CUDA then shows', () => {
    const mig = measured([card('GPU-aa11', ['MIG-cc33', 'MIG-dd44'])]);
    const env = { CUDA_VISIBLE_DEVICES: 'MIG-dd44' };
    expect(devicesOf(choice('cuda:MIG-dd44'), mig, env)).toEqual(['cuda:0']);
  });

  it('leaves the names of another backend alone', () => {
    expect(devicesOf(choice('npu:7', 'auto', '/some/backend.js'))).toEqual(['npu:7']);
  });

  it('refuses a card that is not there, and a second instance on webgpu', () => {
    expect(() => devicesOf(choice('cuda:2'), two, {})).toThrow(/cuda:2 does not exist.*2 devices, 0 to 1/);
    expect(() => devicesOf(choice('webgpu', 2))).toThrow(/--instances is 2.*one thread only.*--instances 1/);
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
