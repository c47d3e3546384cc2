import { describe, expect, it } from 'vitest';
import { selectDevices } from '../../../src/backends/onnxruntime/devices.js';
import { BaremarkError } from '../../../src/base/errors.js';
import { measured } from '../../../src/base/measured.js';
import { parseNvidiaSmi } from '../../../src/system/gpu/nvidia-smi.js';
import { fixture } from '../../system/machine.js';

const bare = { hypervisor: measured('none') };
const four = parseNvidiaSmi(fixture('nvidia-smi', 'four-h200.xml'), bare).gpus;
const split = parseNvidiaSmi(
  fixture('nvidia-smi', 'mig-a100.xml'),
  bare,
  fixture('nvidia-smi', 'mig-a100.list.txt'),
).gpus;
const mig = 'MIG-aaaaaaaa-0000-5000-8000-000000000002';
const card = 'GPU-11111111-2222-3333-4444-555555555552';

function sentence(text: string, gpus = four, env = {}): string {
  try {
    selectDevices(text, { gpus, env });
  } catch (error) {
    if (error instanceof BaremarkError && error.code === 'UNKNOWN_DEVICE') return error.message;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('--device', () => {
  it.each<[string, string[]]>([
    ['cpu', ['cpu']],
    ['webgpu', ['webgpu']],
    ['cuda', ['cuda:0']],
    ['cuda:2', ['cuda:2']],
    ['cuda:0,1, 3', ['cuda:0', 'cuda:1', 'cuda:3']],
    ['cuda:all', ['cuda:0', 'cuda:1', 'cuda:2', 'cuda:3']],
    ['tensorrt', ['tensorrt:0']],
    ['tensorrt:0,1', ['tensorrt:0', 'tensorrt:1']],
  ])('%s', (text, devices) => {
    expect(selectDevices(text, { gpus: four, env: {} })).toEqual({ devices });
  });

  it('by UUID makes the device the first that CUDA sees', () => {
    expect(selectDevices(`cuda:${card}`, { gpus: four, env: {} })).toEqual({
      devices: ['cuda:0'],
      cudaVisibleDevices: card,
    });
    expect(selectDevices(`cuda:${mig}`, { gpus: split, env: {} })).toEqual({
      devices: ['cuda:0'],
      cudaVisibleDevices: mig,
    });
    expect(selectDevices(`cuda:${card.slice(0, 12)}`, { gpus: { unavailable: '' }, env: {} })).toEqual({
      devices: ['cuda:0'],
      cudaVisibleDevices: card.slice(0, 12),
    });
  });

  it('respects CUDA_VISIBLE_DEVICES', () => {
    const env = { CUDA_VISIBLE_DEVICES: `1,${card}` };
    expect(selectDevices('cuda:all', { gpus: four, env })).toEqual({ devices: ['cuda:0', 'cuda:1'] });
    expect(selectDevices(`cuda:${card}`, { gpus: four, env })).toEqual({ devices: ['cuda:1'] });
    expect(sentence('cuda:2', four, env)).toBe(
      `cuda:2 does not exist: CUDA shows 2 devices, 0 to 1 (CUDA_VISIBLE_DEVICES=1,${card}).`,
    );
    expect(sentence('cuda:all', four, { CUDA_VISIBLE_DEVICES: '-1' })).toContain('no CUDA device is visible');
    expect(selectDevices('cuda:all', { env: { CUDA_VISIBLE_DEVICES: '3,-1,2' } }).devices).toEqual([
      'cuda:0',
    ]);
  });

  it('says what is wrong', () => {
    expect(sentence('npu7')).toBe(
      '--device is "npu7", which onnxruntime does not have; choose cpu, cuda, tensorrt or webgpu.',
    );
    expect(sentence('')).toContain('--device is "", which onnxruntime does not have');
    expect(sentence('cpu:0')).toContain('cpu takes no number');
    expect(sentence('cuda:4')).toContain('CUDA shows 4 devices, 0 to 3');
    expect(sentence('cuda:0,0')).toContain('names a device twice');
    expect(sentence('cuda:0,x')).toContain('as in cuda:0, cuda:0,1, cuda:all or cuda:GPU-…');
    expect(sentence('cuda:')).toContain('write which after the colon');
    expect(sentence('cuda:-1')).toContain('write which after the colon');
    expect(sentence('cuda:GPU-ffff')).toContain('is not on this machine');
    expect(sentence(`cuda:${mig},MIG-b`, split)).toContain('one MIG device only');
    expect(sentence('cuda:1', split)).toContain('with MIG, CUDA shows one device');
    expect(sentence('cuda:all', { unavailable: 'nvidia-smi is not installed' })).toBe(
      '--device cuda:all: no CUDA device is visible (nvidia-smi is not installed); baremark doctor says what is missing.',
    );
  });
});
