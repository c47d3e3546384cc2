/** Concludes how much of a card this system has from what the driver and the machine say, and keeps the evidence. */
import { known, type Measured, measured, orUnavailable, unavailable } from '../../base/measured.js';
import type { GpuShare, MigDevice } from '../types.js';
import {
  migProfileFor,
  migProfileShare,
  type ProfileShare,
  vgpuProfileIn,
  vgpuProfileShare,
} from './profiles.js';

/** What the machine around the GPU is. */
export interface GpuContext {
  /** Name of the hypervisor, `none` on bare metal. */
  readonly hypervisor: Measured<string>;
}

interface GpuFacts {
  readonly model: string | undefined;
  /** NVML's word: `None`, `Pass-Through`, `VGPU`, `Host VGPU`, `Host VSGA`. */
  readonly virtualizationMode: string | undefined;
  readonly migMode: string | undefined;
  readonly memoryMiB: Measured<number>;
  readonly migDevices: readonly MigDevice[];
}

const whole = { memoryFraction: measured(1), computeFraction: measured(1), maxPerCard: measured(1) };

function fromProfile(
  share: ProfileShare,
  memoryMiB: Measured<number>,
): Omit<GpuShare, 'kind' | 'description' | 'evidence'> {
  const unknown = `the profile ${share.profile} is not in the tables of this version`;
  return {
    profile: share.profile,
    frameBufferMiB: share.frameBufferMiB === undefined ? memoryMiB : measured(share.frameBufferMiB),
    memoryFraction: orUnavailable(share.memoryFraction, unknown),
    computeFraction: orUnavailable(share.computeFraction, unknown),
    maxPerCard: orUnavailable(share.maxPerCard, unknown),
  };
}

function fractions(share: ProfileShare): string {
  return share.computeSlices === undefined
    ? ''
    : ` (${share.computeSlices}/${share.cardComputeSlices} of the compute, ${share.memorySlices}/${share.cardMemorySlices} of the memory)`;
}

/** The share one MIG device is. `profile` is the name `nvidia-smi -L` gives; without it, it is concluded from its size. */
export function migShare(
  profile: string | undefined,
  memoryMiB: Measured<number>,
  multiprocessors: number | undefined,
  cardMiB: number | undefined,
): GpuShare {
  const deviceMiB = known(memoryMiB);
  const concluded =
    deviceMiB && multiprocessors && cardMiB ? migProfileFor(deviceMiB, multiprocessors, cardMiB) : undefined;
  const name = profile ?? concluded;
  const evidence = [
    ...(profile ? [`nvidia-smi -L: MIG ${profile}`] : []),
    ...(deviceMiB === undefined ? [] : [`frame buffer ${deviceMiB} MiB of ${cardMiB ?? 'unknown'} MiB`]),
    ...(multiprocessors === undefined ? [] : [`${multiprocessors} multiprocessors`]),
  ];
  const share: ProfileShare = name === undefined ? { profile: 'unknown' } : migProfileShare(name, cardMiB);
  return {
    kind: 'mig',
    ...fromProfile(share, memoryMiB),
    description: `MIG ${share.profile}${fractions(share)}`,
    evidence,
  };
}

function vgpuShare(profile: string, facts: GpuFacts, evidence: readonly string[]): GpuShare {
  const share = vgpuProfileShare(profile);
  const fields = fromProfile(share, facts.memoryMiB);
  if (share.migBacked)
    return {
      kind: 'vgpu-mig',
      ...fields,
      description: `vGPU ${profile} on a MIG slice${fractions(share)}`,
      evidence,
    };
  const most = share.maxPerCard === undefined ? [] : [`at most ${share.maxPerCard} on one card`];
  const size = share.frameBufferMiB === undefined ? [] : [`${share.frameBufferMiB / 1024} GB frame buffer`];
  const details = [...size, ...most].join(', ');
  return {
    kind: 'vgpu',
    ...fields,
    computeFraction: unavailable(
      'with time slicing, a vGPU has all of the compute while the others are idle, and part of it while they are not',
    ),
    description: `time-sliced vGPU ${profile}${details === '' ? '' : `: ${details}`}`,
    evidence,
  };
}

/** The share that a GPU, as the system sees it, is of its card. */
export function gpuShare(facts: GpuFacts, context: GpuContext): Measured<GpuShare> {
  const { virtualizationMode: mode, migMode, migDevices } = facts;
  const hypervisor = known(context.hypervisor);
  const evidence = [
    ...(mode === undefined ? [] : [`nvidia-smi: virtualization mode ${mode}`]),
    ...(hypervisor === undefined ? [] : [`hypervisor: ${hypervisor}`]),
  ];
  const profile = facts.model === undefined ? undefined : vgpuProfileIn(facts.model);
  if (mode === 'VGPU' || (mode === undefined && profile !== undefined))
    return profile === undefined
      ? unavailable(`this is a vGPU, but its name (${facts.model ?? 'unknown'}) contains no profile`)
      : measured(vgpuShare(profile, facts, [...evidence, `product name ${facts.model}`]));
  const around = {
    frameBufferMiB: facts.memoryMiB,
    ...whole,
    evidence,
  };
  if (migMode === 'Enabled') {
    const names = migDevices.map(({ share }) => share.profile);
    const list = names.length === 0 ? 'no MIG device yet' : names.join(', ');
    return measured({
      ...around,
      kind: 'mig-split',
      description: `a card split by MIG into ${list}`,
      evidence: [...evidence, 'MIG mode Enabled'],
    });
  }
  if (mode === 'Host VGPU' || mode === 'Host VSGA')
    return measured({
      ...around,
      kind: 'vgpu-host',
      description: 'the host side of a card that serves vGPUs',
    });
  if (mode === 'Pass-Through' || (hypervisor !== undefined && hypervisor !== 'none'))
    return measured({ ...around, kind: 'passthrough', description: 'whole card, passed through to a VM' });
  if (hypervisor === undefined)
    return unavailable(
      `it is not known whether there is a hypervisor (${'unavailable' in context.hypervisor ? context.hypervisor.unavailable : ''})`,
    );
  return measured({ ...around, kind: 'whole-card', description: 'whole card on bare metal' });
}
