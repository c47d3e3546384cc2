import { describe, expect, it } from 'vitest';
import type { DeviceOutcome } from '../../../src/backends/examination.js';
import { examine } from '../../../src/backends/tfjs/examine.js';
import type { TfjsPlace, TfjsVariant } from '../../../src/backends/tfjs/install.js';
import { proofReason } from '../../../src/backends/tfjs/proof.js';
import { shadowedLibraries } from '../../../src/backends/tfjs/shadowed.js';
import { machine } from '../../system/machine.js';

const noGpu = { driver: { unavailable: 'no driver' }, cuda: { unavailable: 'no driver' } };
const gpus = { ...noGpu, gpus: { unavailable: 'nvidia-smi is not installed' } };
const select = (device: string) => ({ devices: [device] });

function placeOf(...variants: TfjsVariant[]): TfjsPlace {
  return {
    root: '/tfjs',
    nodeModules: '/tfjs/node_modules',
    variants,
    installed: { schema: 'baremark-tfjs/1', variants: {} },
  };
}

/** Answers of the processes that prove, and what they were started with. */
function proofs(outcome: DeviceOutcome) {
  const seen: [string, unknown][] = [];
  const prove = (_: unknown, variant: TfjsVariant, options?: { env?: object }) => {
    seen.push([variant, options?.env]);
    return Promise.resolve({ outcome, version: outcome.kind === 'works' ? '2.21.0' : undefined });
  };
  return { prove, seen };
}

const works: DeviceOutcome = { kind: 'works', ms: 200 };
const fails: DeviceOutcome = { kind: 'fails', reason: 'TensorFlow uses no GPU' };

describe('the doctor on TF.js', () => {
  it('proves what is installed, and names the command for what is not', async () => {
    const { prove, seen } = proofs(works);
    const report = await examine({ host: machine({}), gpus }, { select, place: placeOf('cpu'), prove });
    expect(seen).toEqual([['cpu', {}]]);
    expect(report).toMatchObject({
      device: 'cpu',
      selected: ['cpu'],
      facts: { versions: { cpu: '2.21.0' } },
    });
    const rows = report.sections[0]?.rows;
    expect(rows).toContainEqual({ label: 'cpu', text: 'works, 2.21.0 (200 ms)' });
    expect(rows).toContainEqual({
      label: 'cuda:0',
      text: 'not installed (baremark setup tfjs --device cuda)',
    });
    // A backend that nobody asked for is no gap.
    expect(report.findings.flatMap(({ gaps }) => gaps)).toEqual([]);
  });

  it('asks for what the device that must work lacks', async () => {
    const { prove } = proofs(fails);
    const asked = { host: machine({}), gpus, device: 'cuda:0' };
    const absent = await examine(asked, { select, place: placeOf('wasm'), prove });
    const fixes = (found: typeof absent) => found.findings.flatMap(({ gaps }) => gaps.map(({ fix }) => fix));
    expect(fixes(absent)).toContain('baremark setup tfjs --device cuda');
    const noDriver = await examine(asked, { select, place: placeOf('cuda'), prove });
    expect(fixes(noDriver)[0]).toMatch(/^install the NVIDIA driver/);
    const broken = await examine({ ...asked, device: 'cpu' }, { select, place: placeOf('cpu'), prove });
    expect(fixes(broken)).toEqual(['rm -r /tfjs && baremark setup tfjs --device cpu']);
  });

  it('shows each process the GPU that it is about', async () => {
    const { prove, seen } = proofs(works);
    const place = placeOf('cuda');
    const host = machine({}, {}, { CUDA_VISIBLE_DEVICES: '4,7' });
    await examine({ host, gpus, device: 'cuda:1' }, { select, place, prove });
    expect(seen).toEqual([
      ['cuda', { CUDA_VISIBLE_DEVICES: '4' }],
      ['cuda', { CUDA_VISIBLE_DEVICES: '7' }],
    ]);
    const byUuid = () => ({ devices: ['cuda:0'], cudaVisibleDevices: 'GPU-1' });
    await examine({ host, gpus, device: 'cuda:GPU-1' }, { select: byUuid, place, prove });
    expect(seen.at(-1)).toEqual(['cuda', { CUDA_VISIBLE_DEVICES: 'GPU-1' }]);
  });
});

describe('LD_LIBRARY_PATH beside the libraries of TensorFlow', () => {
  const own = '/tfjs/tensorflow/cuda/nvidia/cudnn/lib/libcudnn.so.9';

  it('is said where it has a library of the same name, and for which CUDA', () => {
    const site = '/venv/lib/python3.12/site-packages';
    const files = {
      [own]: '',
      [`${site}/nvidia/cudnn/lib/libcudnn.so.9`]: '',
      [`${site}/nvidia_cudnn_cu13-9.13.0.50.dist-info/METADATA`]: '',
      '/cuda12/lib/libcudnn.so.9': '',
    };
    const path = `${site}/nvidia/cudnn/lib:/cuda12/lib`;
    const gaps = shadowedLibraries('/tfjs', machine(files, {}, { LD_LIBRARY_PATH: path }));
    expect(gaps.map(({ problem }) => problem)).toEqual([
      `LD_LIBRARY_PATH names ${site}/nvidia/cudnn/lib, so the loader takes libcudnn.so.9 for CUDA 13 from there, not the one for CUDA 12 that belongs to TensorFlow.`,
      'LD_LIBRARY_PATH names /cuda12/lib, so the loader takes libcudnn.so.9 from there, not the one for CUDA 12 that belongs to TensorFlow.',
    ]);
    expect(gaps[0]?.fix).toMatch(/^unset LD_LIBRARY_PATH/);
  });

  it('is no matter where it has other libraries, or is not set', () => {
    const files = { [own]: '', '/cuda/lib/libcublas.so.13': '' };
    expect(shadowedLibraries('/tfjs', machine(files, {}, { LD_LIBRARY_PATH: ':/cuda/lib:' }))).toEqual([]);
    expect(shadowedLibraries('/tfjs', machine(files))).toEqual([]);
  });
});

describe('the reason of a failed proof', () => {
  it('has what TensorFlow says of the GPU, without times and source files', () => {
    // As TensorFlow 2.21 writes it on a machine without a driver.
    const noise = `WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
E0000 00:00:1795847122.348736    1933 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)
`;
    expect(proofReason('TensorFlow uses no GPU', noise)).toBe(
      'TensorFlow uses no GPU: failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)',
    );
    expect(proofReason(undefined, 'Segmentation fault\n')).toBe('Segmentation fault');
  });
});
