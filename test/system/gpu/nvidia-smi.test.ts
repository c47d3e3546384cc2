import { describe, expect, it } from 'vitest';
import { known, measured } from '../../../src/base/measured.js';
import { nvidiaSmiFault, parseNvidiaSmi, readGpuInventory } from '../../../src/system/gpu/nvidia-smi.js';
import type { Gpu, GpuInventory } from '../../../src/system/types.js';
import { fixture, machine } from '../machine.js';

const bare = { hypervisor: measured('none') };
const vmware = { hypervisor: measured('vmware') };
const smi = (name: string) => fixture('nvidia-smi', name);

function gpus(inventory: GpuInventory): readonly Gpu[] {
  const list = known(inventory.gpus);
  if (!list) throw new Error(JSON.stringify(inventory.gpus));
  return list;
}

describe('nvidia-smi -q -x', () => {
  it('reads a card on bare metal', () => {
    const inventory = parseNvidiaSmi(smi('bare-metal-a100.xml'), bare);
    expect(inventory.driver).toEqual({ value: '470.57.02' });
    expect(inventory.cuda).toEqual({ value: '11.4' });
    const [card] = gpus(inventory);
    expect(card).toMatchObject({
      index: 0,
      busId: '00000000:21:00.0',
      model: { value: 'NVIDIA A100-PCIE-40GB' },
      uuid: { value: 'GPU-11111111-2222-3333-4444-555555555551' },
      memoryMiB: { value: 40536 },
      ecc: { value: 'on' },
      powerLimitW: { value: 250 },
      smClockMhz: { value: 210 },
      maxSmClockMhz: { value: 1410 },
      maxMemoryClockMhz: { value: 1215 },
      pcieGeneration: { value: 4 },
      pcieWidth: { value: 16 },
      migDevices: [],
      share: { value: { kind: 'whole-card', memoryFraction: { value: 1 }, computeFraction: { value: 1 } } },
    });
    expect(card?.architecture).toEqual({ unavailable: 'nvidia-smi does not report product_architecture' });
  });

  it('knows a passed-through card in a VM, also where the driver does not say so', () => {
    const text = smi('passthrough-a100.xml');
    expect(gpus(parseNvidiaSmi(text, vmware))[0]?.share).toMatchObject({
      value: {
        kind: 'passthrough',
        evidence: ['nvidia-smi: virtualization mode Pass-Through', 'hypervisor: vmware'],
      },
    });
    const silent = text.replace('Pass-Through', 'None');
    expect(gpus(parseNvidiaSmi(silent, vmware))[0]?.share).toMatchObject({ value: { kind: 'passthrough' } });
    expect(gpus(parseNvidiaSmi(silent, { hypervisor: { unavailable: 'no clue' } }))[0]?.share).toEqual({
      unavailable: 'it is not known whether there is a hypervisor (no clue)',
    });
  });

  it('reads a time-sliced vGPU: profile, frame buffer, and what the guest cannot see as unavailable', () => {
    const [card] = gpus(parseNvidiaSmi(smi('vgpu-a100-40c.xml'), vmware));
    expect(card?.share).toMatchObject({
      value: {
        kind: 'vgpu',
        profile: 'A100-40C',
        frameBufferMiB: { value: 40960 },
        memoryFraction: { value: 1 },
        maxPerCard: { value: 1 },
        description: 'time-sliced vGPU A100-40C: 40 GB frame buffer, at most 1 on one card',
      },
    });
    const share = card && known(card.share);
    expect(share?.computeFraction).toHaveProperty('unavailable');
    expect(card?.powerLimitW).toEqual({
      unavailable: 'nvidia-smi says N/A for enforced_power_limit',
    });
    expect(card?.pcieWidth).toEqual({ unavailable: 'nvidia-smi says N/A for current_link_width' });
  });

  it('reads a MIG-backed vGPU as a slice of the card', () => {
    const [card] = gpus(parseNvidiaSmi(smi('vgpu-mig-a100.xml'), vmware));
    expect(card?.share).toMatchObject({
      value: {
        kind: 'vgpu-mig',
        profile: 'A100-3-20C',
        frameBufferMiB: { value: 20480 },
        computeFraction: { value: 3 / 7 },
        memoryFraction: { value: 0.5 },
        maxPerCard: { value: 2 },
      },
    });
  });

  it('reads MIG devices: profiles and UUIDs from the list, sizes from the XML', () => {
    const [split, whole] = gpus(parseNvidiaSmi(smi('mig-a100.xml'), bare, smi('mig-a100.list.txt')));
    expect(split?.share).toMatchObject({
      value: { kind: 'mig-split', description: 'a card split by MIG into 3g.20gb, 2g.10gb, 1g.5gb' },
    });
    expect(whole?.share).toMatchObject({ value: { kind: 'whole-card' } });
    expect(whole?.migDevices).toEqual([]);
    const [three, two, one] = split?.migDevices ?? [];
    expect(three).toMatchObject({
      index: 0,
      gpuInstanceId: 1,
      uuid: { value: 'MIG-aaaaaaaa-0000-5000-8000-000000000001' },
      memoryMiB: { value: 20096 },
      multiprocessors: { value: 42 },
      share: {
        kind: 'mig',
        profile: '3g.20gb',
        computeFraction: { value: 3 / 7 },
        memoryFraction: { value: 4 / 8 },
        maxPerCard: { value: 2 },
        description: 'MIG 3g.20gb (3/7 of the compute, 4/8 of the memory)',
      },
    });
    expect(two?.share).toMatchObject({ profile: '2g.10gb', maxPerCard: { value: 3 } });
    expect(one?.share).toMatchObject({ profile: '1g.5gb', maxPerCard: { value: 7 } });
  });

  it('concludes the MIG profile from the size where the list is missing', () => {
    const devices = gpus(parseNvidiaSmi(smi('mig-a100.xml'), bare))[0]?.migDevices ?? [];
    expect(devices.map(({ share }) => share.profile)).toEqual(['3g.20gb', '2g.10gb', '1g.5gb']);
    expect(devices[0]?.uuid).toEqual({ unavailable: 'nvidia-smi -L does not list this MIG device' });
  });

  it('reads several cards in order', () => {
    const cards = gpus(parseNvidiaSmi(smi('four-h200.xml'), bare));
    expect(cards.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(new Set(cards.map(({ uuid }) => known(uuid))).size).toBe(4);
    expect(cards[3]).toMatchObject({
      architecture: { value: 'Hopper' },
      powerLimitW: { value: 700 },
      pcieGeneration: { value: 5 },
      memoryMiB: { value: 143771 },
    });
  });

  it.each(['', 'garbage \u0000', '<nvidia_smi_log><gpu>', '<other/>'])('survives %j', (text) => {
    const inventory = parseNvidiaSmi(text, bare);
    expect('unavailable' in inventory.gpus || known(inventory.gpus) !== undefined).toBe(true);
    expect(inventory.driver).toHaveProperty('unavailable');
  });
});

describe('nvidia-smi that fails', () => {
  const exited = (stdout: string, code: number, stderr = '') =>
    ({ kind: 'exited', code, stdout, stderr }) as const;

  it('says why', () => {
    expect(nvidiaSmiFault({ kind: 'missing' })).toContain('nvidia-smi is not installed');
    expect(nvidiaSmiFault({ kind: 'timeout' })).toContain('did not answer in time');
    expect(nvidiaSmiFault(exited(smi('driver-not-loaded.txt'), 9))).toContain('kernel module is not loaded');
    expect(nvidiaSmiFault(exited(smi('version-mismatch.txt'), 18))).toContain('restart the machine');
    expect(nvidiaSmiFault(exited('No devices were found\n', 6))).toContain('finds no device');
    expect(nvidiaSmiFault(exited('', 255, 'odd\nmore'))).toBe('nvidia-smi ended with code 255: odd');
    expect(nvidiaSmiFault(exited('<nvidia_smi_log/>', 0))).toBeUndefined();
  });

  it('gives an inventory whose every field says why', async () => {
    const host = machine({}, { 'nvidia-smi -q -x': exited(smi('driver-not-loaded.txt'), 9) });
    const inventory = await readGpuInventory(bare, host);
    for (const field of Object.values(inventory))
      expect(field).toEqual({ unavailable: expect.stringContaining('kernel module') });
  });

  it('asks for the list only where there are MIG devices', async () => {
    const host = machine(
      {},
      { 'nvidia-smi -q -x': smi('mig-a100.xml'), 'nvidia-smi -L': smi('mig-a100.list.txt') },
    );
    expect(gpus(await readGpuInventory(bare, host))[0]?.migDevices[2]?.uuid).toEqual({
      value: 'MIG-aaaaaaaa-0000-5000-8000-000000000003',
    });
    const plain = machine({}, { 'nvidia-smi -q -x': smi('four-h200.xml') });
    expect(gpus(await readGpuInventory(bare, plain))).toHaveLength(4);
  });
});
