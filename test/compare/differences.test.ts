import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../src/compare/compare-systems.js';
import { flatten } from '../../src/compare/differences/flatten.js';
import type { Difference, SystemRuns } from '../../src/compare/types.js';
import type { Fingerprint } from '../../src/system/types.js';
import { goldenPath } from '../helpers/golden.js';
import { itWithShared, sharedPath } from '../helpers/shared.js';
import { ourRun } from './make-run.js';

const value = <T>(of: T) => ({ value: of });

/** A part of a fingerprint, as `system/` writes it. */
function fingerprint(changes: {
  cores?: number;
  vcpus?: number;
  hypervisor?: string;
  driver?: unknown;
  share?: string;
  memory?: number;
}) {
  return {
    schema: 'baremark-fingerprint/1',
    cpu: {
      model: value('AMD EPYC 7502'),
      physicalCores: value(changes.cores ?? 64),
      logicalCpus: value(changes.vcpus ?? 128),
    },
    memoryBytes: value(changes.memory ?? 512 * 2 ** 30),
    hypervisor: { name: value(changes.hypervisor ?? 'none') },
    gpu: {
      driver: changes.driver ?? value('535.54'),
      gpus: value([
        { model: value('NVIDIA A100'), share: value({ kind: changes.share ?? 'whole-card', evidence: [] }) },
      ]),
    },
  };
}

function differences(a: unknown, b: unknown): readonly Difference[] {
  const side = (name: string, print: unknown): SystemRuns => ({
    name,
    runs: [ourRun({ system: name }, { fingerprint: print as Fingerprint })],
  });
  return compareSystems(side('bare', a), [side('vm', b)], { marginPercent: 5 }).candidates[0]!.differences;
}

const severities = (list: readonly Difference[]) =>
  Object.fromEntries(list.map((d) => [d.field, d.severity]));

describe('differences between fingerprints', () => {
  it('expects what virtualization changes, and warns of what confounds', () => {
    const found = differences(
      fingerprint({}),
      fingerprint({
        cores: 12,
        vcpus: 24,
        hypervisor: 'vmware',
        share: 'vgpu',
        memory: 64 * 2 ** 30,
        driver: value('470.1'),
      }),
    );
    expect(severities(found)).toEqual({
      memoryBytes: 'confounds',
      'gpu.driver': 'confounds',
      'cpu.physicalCores': 'expected',
      'cpu.logicalCpus': 'expected',
      'hypervisor.name': 'expected',
      'gpu.gpus.0.share.kind': 'expected',
    });
    expect(found.map((d) => d.severity)).toEqual([...found.map((d) => d.severity)].sort());
    expect(found.find((d) => d.field === 'memoryBytes')).toMatchObject({
      baseline: { value: '512 GiB' },
      candidate: { value: '64 GiB' },
    });
  });

  it('does not expect unlike cores between two bare-metal systems', () => {
    const found = differences(fingerprint({}), fingerprint({ cores: 32, vcpus: 64 }));
    expect(severities(found)).toEqual({ 'cpu.physicalCores': 'confounds', 'cpu.logicalCpus': 'confounds' });
  });

  it('keeps unknown as unknown because of its reason', () => {
    const found = differences(
      fingerprint({}),
      fingerprint({ driver: { unavailable: 'nvidia-smi is not installed' } }),
    );
    expect(found).toEqual([
      expect.objectContaining({
        field: 'gpu.driver',
        baseline: { value: '535.54' },
        candidate: { unavailable: 'nvidia-smi is not installed' },
        note: 'unknown on one side: could not be checked',
      }),
    ]);
  });

  it('finds none between equal systems', () => {
    expect(differences(fingerprint({}), fingerprint({}))).toEqual([]);
  });

  it('knows a runtime that an older file spells in its own way', () => {
    const running = (runtime: object) => ({ ...fingerprint({}), runtime });
    const older = running({ node: value('v20.20.2'), onnxRuntime: value('1.29.0') });
    expect(differences(older, running({ node: value('v20.20.2'), onnxruntime: value('1.29.0') }))).toEqual(
      [],
    );
    const found = differences(older, running({ node: value('v22.0.0'), onnxruntime: value('1.30.0') }));
    expect(found).toMatchObject([
      { label: 'Node.js', severity: 'confounds' },
      { label: 'runtime of onnxruntime', baseline: value('1.29.0'), candidate: value('1.30.0') },
    ]);
  });
});

describe('flatten', () => {
  it('opens lists and measured objects, and keeps reasons', () => {
    expect([
      ...flatten({ a: [{ b: value(1) }, { b: { unavailable: 'x' } }], c: value(['p', 'q']), d: value([]) }),
    ]).toEqual([
      ['a.0.b', { value: '1' }],
      ['a.1.b', { unavailable: 'x' }],
      ['c', { value: 'p, q' }],
      ['d', { value: 'none' }],
    ]);
  });
});

/** The differences that two systems' MLPerf descriptions show. */
function describedDifferences(folder: string, [baseline, candidate]: readonly [string, string]) {
  const side = (name: string): SystemRuns => ({
    name,
    description: JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')),
    runs: [],
  });
  return compareSystems(side(baseline), [side(candidate)], { marginPercent: 5 }).candidates[0]!.differences;
}

const briefly = (list: readonly Difference[]) =>
  list.map(({ field, severity, baseline, candidate }) => [field, severity, baseline, candidate]);

describe('differences between system descriptions', () => {
  it('flags what confounds, and lists nothing else but names and notes', () => {
    const found = describedDifferences(goldenPath('submission/closed/Example/systems'), ['rack', 'rack-vm']);
    expect(briefly(found)).toEqual([
      ['host_processor_core_count', 'confounds', value('24'), value('12')],
      ['host_memory_capacity', 'confounds', value('256 GB'), value('64 GB')],
      ['system_name', 'expected', value('A rack'), value('A VM on a rack')],
      [
        'sw_notes',
        'expected',
        { unavailable: 'the description leaves it empty' },
        value('in a virtual machine'),
      ],
    ]);
  });

  const dell = 'mlperf-results/v1.1/closed/Dell/systems';
  itWithShared([dell], 'flags what confounds between the v1.1 descriptions', async () => {
    const found = describedDifferences(sharedPath(dell), [
      'R7525_A100-PCIE-40GBx3_TRT',
      'R7525_vA100-PCIE-40GBx3_TRT',
    ]);
    const confounding = found.filter(({ severity }) => severity === 'confounds');
    expect(briefly(confounding).sort()).toEqual([
      ['accelerator_memory_configuration', 'confounds', value('HBM2'), value('HBM2e')],
      ['host_memory_capacity', 'confounds', value('512 GB'), value('1 TB')],
      ['host_processor_core_count', 'confounds', value('32'), value('64')],
    ]);
    const rest = found.filter(({ severity }) => severity !== 'confounds').map(({ field }) => field);
    expect(rest.sort()).toEqual(['sw_notes', 'system_name']);
  });
});
