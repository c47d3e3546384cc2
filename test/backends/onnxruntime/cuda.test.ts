import { describe, expect, it } from 'vitest';
import { explainMissing, providerGaps, providerState } from '../../../src/backends/onnxruntime/cuda.js';
import { launchEnvironment } from '../../../src/backends/onnxruntime/launch.js';
import type { Host } from '../../../src/base/host/host.js';
import { indexLibraries, parseLdconfig } from '../../../src/base/host/libraries.js';
import { measured } from '../../../src/base/measured.js';
import { readMachineGpus } from '../../../src/system/gpu/machine-gpus.js';
import { parseNvidiaSmi } from '../../../src/system/gpu/nvidia-smi.js';
import { elfLibrary } from '../../base/host/elf-library.js';
import { fixture, machine } from '../../system/machine.js';

const runtime = { root: '/ort', version: '1.29.0', libraries: '/ort/lib' };
const site = '/venv/lib/python3.11/site-packages';
const env = { VIRTUAL_ENV: '/venv' };
const ldconfig = `2 libs found in cache \`/etc/ld.so.cache'
	libcuda.so.1 (libc6) => /usr/lib/i386-linux-gnu/libcuda.so.1
	libcuda.so.1 (libc6,x86-64) => /usr/lib/x86_64-linux-gnu/libcuda.so.1
`;
const linked13 = [
  'libcublasLt.so.13',
  'libcublas.so.13',
  'libcurand.so.10',
  'libcudart.so.13',
  'libcuda.so.1',
];

/** Provider installed, driver there, NVIDIA's wheels in a virtual environment. */
const complete = {
  '/ort/lib/libonnxruntime_providers_cuda.so': elfLibrary({ needed: [...linked13, 'libc.so.6'] }),
  '/ort/lib/libonnxruntime_providers_shared.so': elfLibrary({ needed: [] }),
  [`${site}/nvidia/cu13/lib/libcublasLt.so.13`]: '',
  [`${site}/nvidia/cu13/lib/libcublas.so.13`]: '',
  [`${site}/nvidia/cu13/lib/libcurand.so.10`]: '',
  [`${site}/nvidia/cu13/lib/libcudart.so.13`]: '',
  [`${site}/nvidia/cudnn/lib/libcudnn.so.9`]: '',
  [`${site}/nvidia/nccl/lib/libnccl.so.2`]: '',
  [`${site}/nvidia_cuda_runtime-13.0.88.dist-info/METADATA`]: '',
  [`${site}/nvidia_cudnn_cu13-9.13.0.50.dist-info/METADATA`]: '',
};
const newDriver = fixture('nvidia-smi', 'four-h200.xml').replace('<cuda_version>12.8', '<cuda_version>13.0');
const h200 = parseNvidiaSmi(newDriver, { hypervisor: measured('none') });
/** Of the second card in the recorded inventory. */
const card = 'GPU-11111111-2222-3333-4444-555555555552';
const commands = { 'ldconfig -p': ldconfig, 'nvidia-smi -q -x': newDriver };

/** What must be set at process start for these devices. */
const launch = (host: Host, ...devices: string[]) =>
  launchEnvironment(devices, { host, readGpus: () => readMachineGpus(host) }, runtime);

describe('finding libraries', () => {
  it('reads the cache of the loader for this machine’s word size', () => {
    expect(parseLdconfig(ldconfig)).toEqual(
      new Map([['libcuda.so.1', '/usr/lib/x86_64-linux-gnu/libcuda.so.1']]),
    );
  });

  it('finds them in the loader’s cache, in wheels, in conda and in the toolkit, with versions', async () => {
    const index = await indexLibraries(
      machine(
        {
          ...complete,
          '/usr/local/cuda-13.0/lib64/libcufft.so.12': '',
          '/conda/lib/libnvinfer.so.10': '',
        },
        { 'ldconfig -p': ldconfig },
        { ...env, CONDA_PREFIX: '/conda' },
      ),
    );
    expect(index.find('libcuda.so.1')).toMatchObject({ origin: 'loader' });
    expect(index.find('libcudart.so.13')).toEqual({
      soname: 'libcudart.so.13',
      path: `${site}/nvidia/cu13/lib/libcudart.so.13`,
      version: '13.0.88',
      origin: 'pip',
    });
    expect(index.find('libcudnn.so.9')?.version).toBe('9.13.0.50');
    expect(index.find('libcufft.so.12')).toMatchObject({ origin: 'cuda toolkit' });
    expect(index.find('libnvinfer.so.10')).toMatchObject({ origin: 'conda' });
    expect(index.find('libnothing.so.1')).toBeUndefined();
    expect(index.foldersFor(['libcuda.so.1'])).toEqual([]);
    // A wheel's neighbours come along: cuDNN loads other wheels' libraries when it is first used.
    expect(index.foldersFor(['libcudart.so.13'])).toEqual(
      ['cu13', 'cudnn', 'nccl'].map((name) => `${site}/nvidia/${name}/lib`),
    );
  });
});

describe('the CUDA provider', () => {
  it('lacks nothing where provider, driver and wheels are there', async () => {
    const host = machine(complete, commands, env);
    const state = providerState('cuda', runtime, await indexLibraries(host), host);
    expect(state.missing).toEqual([]);
    expect(state.files.every(({ present }) => present)).toBe(true);
    expect(providerGaps(state, h200)).toEqual([]);
    expect(explainMissing(state, h200)).toBeUndefined();
  });

  it('needs the folders of the wheels at process start, and no restart once they are given', async () => {
    const host = machine(complete, commands, env);
    const folders = ['cu13', 'cudnn', 'nccl'].map((name) => `${site}/nvidia/${name}/lib`);
    const wanted = await launch(host, 'cuda:0');
    expect(wanted).toEqual({ LD_LIBRARY_PATH: folders.join(':'), CUDA_DEVICE_ORDER: 'PCI_BUS_ID' });
    const again = { ...host, env: { ...env, ...wanted } };
    expect(await launch(again, 'cuda:0')).toBeUndefined();
    expect(await launch(again, `cuda:${card}`)).toEqual({ CUDA_VISIBLE_DEVICES: card });
    expect(
      await launch({ ...again, env: { ...again.env, CUDA_VISIBLE_DEVICES: card } }, `cuda:${card}`),
    ).toBe(undefined);
  });

  it('asks nothing of the machine for other devices', async () => {
    const readGpus = () => Promise.reject(new Error('nvidia-smi was asked'));
    const host = machine({}, {}, env);
    expect(await launchEnvironment(['cpu', 'webgpu'], { host, readGpus }, runtime)).toBeUndefined();
  });

  it('refuses devices that no one process can see together', async () => {
    const host = machine(complete, commands, env);
    const both = [`cuda:${card}`, 'cuda:0'];
    await expect(launch(host, ...both)).rejects.toMatchObject({
      code: 'UNKNOWN_DEVICE',
      message: `The plan's runs name devices (${both.join(' and ')}) that need different values of CUDA_VISIBLE_DEVICES, and a process has one; run baremark once for each.`,
    });
  });

  it('finds them in the toolkit and in conda just as well', async () => {
    const files = Object.fromEntries(
      [...linked13, 'libcudnn.so.9'].map((name) => [
        name.startsWith('libcudnn') ? `/conda/lib/${name}` : `/usr/local/cuda/lib64/${name}`,
        '',
      ]),
    );
    const installed = Object.fromEntries(
      Object.entries(complete).filter(([path]) => path.startsWith('/ort')),
    );
    const host = machine({ ...files, ...installed }, commands, { CONDA_PREFIX: '/conda' });
    expect(await launch(host, 'cuda:0')).toMatchObject({
      LD_LIBRARY_PATH: '/usr/local/cuda/lib64:/conda/lib',
    });
  });

  it('names what is missing and the command that brings it', async () => {
    const host = machine({}, { ...commands, 'nvidia-smi -q -x': fixture('nvidia-smi', 'four-h200.xml') });
    const refusal = (device: string) => launch(host, device).then(String, (error: Error) => error.message);
    const sentence = await refusal('cuda:0');
    expect(sentence).toContain("ONNX Runtime's cuda provider is not installed");
    expect(sentence).toContain('libcublasLt.so.13, libcublas.so.13');
    expect(sentence).toContain("baremark setup cuda; then pip install 'nvidia-cublas<14'");
    expect(sentence).not.toContain('No NVIDIA GPU');
    // The fixture's driver runs CUDA 12.8 at most.
    expect(sentence).toContain('runs CUDA up to 12.8, but the provider is made for CUDA 13');
    expect(sentence).toContain('baremark setup cuda --cuda 12');
    expect(await refusal('tensorrt:0')).toContain('libnvinfer.so.10');
  });

  it('asks for CUDA 12’s wheels where the provider is made for CUDA 12', async () => {
    const host = machine(
      {
        ...complete,
        '/ort/lib/libonnxruntime_providers_cuda.so': elfLibrary({
          needed: ['libcublas.so.12', 'libcudart.so.12', 'libcufft.so.11', 'libcuda.so.1'],
        }),
      },
      commands,
    );
    const state = providerState('cuda', runtime, await indexLibraries(host), host);
    expect(providerGaps(state, h200)).toEqual([
      {
        problem:
          "NVIDIA's libraries are missing: libcublas.so.12, libcudart.so.12, libcufft.so.11, libcudnn.so.9.",
        fix: "pip install nvidia-cublas-cu12 nvidia-cuda-runtime-cu12 nvidia-cufft-cu12 'nvidia-cudnn-cu12<10'",
        runnable: true,
      },
    ]);
  });

  it('says so where there is no driver, or no GPU', async () => {
    const host = machine(complete, {}, env);
    const state = providerState('cuda', runtime, await indexLibraries(host), host);
    const none = { ...h200, gpus: { unavailable: 'nvidia-smi is not installed' } };
    expect(providerGaps(state, none)[0]).toMatchObject({
      problem: 'No NVIDIA GPU can be used: nvidia-smi is not installed.',
      runnable: false,
    });
    expect(providerGaps(state, { ...h200, gpus: { value: [] } })[0]?.problem).toBe(
      'The NVIDIA driver sees no GPU.',
    );
  });
});
