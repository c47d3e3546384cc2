import { describe, expect, it } from 'vitest';
import {
  migProfileFor,
  migProfileShare,
  vgpuProfileIn,
  vgpuProfileShare,
} from '../../../src/system/gpu/profiles.js';

// NVIDIA's own tables: vGPU types of A100 PCIe 40GB, A100 80GB, A30 and H200; MIG profiles of A100, A30, H100, H200.
describe('time-sliced vGPU profiles', () => {
  it.each([
    ['A100-4C', 4096, 10],
    ['A100-5C', 5120, 8],
    ['A100-8C', 8192, 5],
    ['A100-10C', 10240, 4],
    ['A100-20C', 20480, 2],
    ['A100-40C', 40960, 1],
    ['A100D-4C', 4096, 20],
    ['A100DX-80C', 81920, 1],
    ['A30-8C', 8192, 3],
    ['H100L-94C', 96246, 1],
    ['H200-141C', 144384, 1],
    ['H200X-4C', 4096, 32],
  ])('%s has %i MiB, at most %i a card', (profile, frameBufferMiB, maxPerCard) => {
    expect(vgpuProfileShare(profile)).toMatchObject({ frameBufferMiB, maxPerCard, migBacked: false });
    expect(vgpuProfileShare(profile).computeFraction).toBeUndefined();
  });

  it('gives the share of the frame buffer', () => {
    expect(vgpuProfileShare('A100-10C').memoryFraction).toBe(0.25);
    expect(vgpuProfileShare('A100D-40C').memoryFraction).toBe(0.5);
  });

  it('knows the frame buffer of a card that is not in its tables, and nothing more', () => {
    expect(vgpuProfileShare('X900-12C')).toEqual({
      profile: 'X900-12C',
      frameBufferMiB: 12288,
      migBacked: false,
    });
  });
});

describe('MIG profiles', () => {
  it.each([
    ['1g.5gb', 40536, 1 / 7, 1 / 8, 7],
    ['1g.10gb', 40536, 1 / 7, 2 / 8, 4],
    ['2g.10gb', 40536, 2 / 7, 2 / 8, 3],
    ['3g.20gb', 40536, 3 / 7, 4 / 8, 2],
    ['4g.20gb', 40536, 4 / 7, 4 / 8, 1],
    ['7g.40gb', 40536, 1, 1, 1],
    ['1g.10gb', 81559, 1 / 7, 1 / 8, 7],
    ['3g.40gb', 81251, 3 / 7, 4 / 8, 2],
    ['2g.12gb', 24258, 2 / 4, 2 / 4, 2],
    ['1g.12gb', 95830, 1 / 7, 1 / 8, 7],
    ['3g.71gb', 143771, 3 / 7, 4 / 8, 2],
    ['1g.35gb', 143771, 1 / 7, 2 / 8, 4],
    ['1g.5gb+me', 40536, 1 / 7, 1 / 8, 1],
  ])('%s of a card with %i MiB', (profile, card, computeFraction, memoryFraction, maxPerCard) => {
    expect(migProfileShare(profile, card)).toMatchObject({ computeFraction, memoryFraction, maxPerCard });
  });

  it('takes the compute of a compute instance, not of its GPU instance', () => {
    expect(migProfileShare('1c.3g.20gb', 40536)).toMatchObject({
      computeFraction: 1 / 7,
      memoryFraction: 4 / 8,
    });
  });

  it('does not guess', () => {
    expect(migProfileShare('3g.20gb', undefined)).toEqual({ profile: '3g.20gb' });
    expect(migProfileShare('5g.25gb', 40536)).toEqual({ profile: '5g.25gb' });
    expect(migProfileShare('3g.20gb', 16000)).toEqual({ profile: '3g.20gb' });
  });

  it.each([
    [20096, 42, 40536, '3g.20gb'],
    [20096, 56, 40536, '4g.20gb'],
    [71424, 60, 143771, '3g.71gb'],
    [71424, 64, 143771, '4g.71gb'],
    [16384, 16, 143771, '1g.18gb'],
  ])('%i MiB and %i multiprocessors of %i MiB are %s', (memory, multiprocessors, card, profile) => {
    expect(migProfileFor(memory, multiprocessors, card)).toBe(profile);
  });
});

describe('product names', () => {
  it.each([
    ['GRID A100-40C', 'A100-40C'],
    ['NVIDIA A100D-3-40C', 'A100D-3-40C'],
    ['GRID A100-1-5CME', 'A100-1-5CME'],
    ['NVIDIA L40S-2Q', 'L40S-2Q'],
    ['NVIDIA A100-PCIE-40GB', undefined],
    ['NVIDIA H200', undefined],
    ['NVIDIA GeForce RTX 4090', undefined],
    ['Tesla V100-SXM2-32GB', undefined],
  ])('%s → %s', (name, profile) => {
    expect(vgpuProfileIn(name)).toBe(profile);
  });
});
