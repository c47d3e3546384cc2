/** What the CUDA and TensorRT providers need, what of it is here, and the sentence for what is missing. */
import { join } from 'node:path';
import { readElfLinks } from '../../base/host/elf.js';
import type { Host } from '../../base/host/host.js';
import type { FoundLibrary, LibraryIndex } from '../../base/host/libraries.js';
import { known } from '../../base/measured.js';
import { driverGaps } from '../devices/driver-gaps.js';
import type { MachineGpus } from '../devices/machine-gpus.js';
import type { Gap } from '../examination.js';
import type { OnnxRuntimePlace } from './install.js';
import type { providers } from './providers.js';

/** The kinds of devices that need NVIDIA's driver and libraries. */
export type GpuProvider = {
  [K in keyof typeof providers]: (typeof providers)[K]['nvidia'] extends true ? K : never;
}[keyof typeof providers];

/** Linked libraries where the provider itself is not there to be read: those of CUDA 13, TensorRT 10. */
const expected: Readonly<Record<GpuProvider, readonly string[]>> = {
  cuda: ['libcublasLt.so.13', 'libcublas.so.13', 'libcurand.so.10', 'libcudart.so.13', 'libcuda.so.1'],
  tensorrt: ['libcublas.so.13', 'libnvinfer.so.10', 'libnvonnxparser.so.10', 'libcudart.so.13'],
};

/** NVIDIA's libraries, as opposed to the C library's. */
const nvidia = /^lib(cu|nv|tensorrt)/;

/** Loaded at first use, so not linked. */
const loadedLate: Readonly<Record<GpuProvider, readonly string[]>> = {
  cuda: ['libcudnn.so.9'],
  tensorrt: ['libcudnn.so.9'],
};

export interface ProviderState {
  readonly provider: GpuProvider;
  /** The provider's own libraries beside ONNX Runtime's: present or not. */
  readonly files: readonly { readonly name: string; readonly present: boolean }[];
  readonly libraries: readonly FoundLibrary[];
  readonly missing: readonly string[];
  /** Folders that LD_LIBRARY_PATH must name for the loader to find `libraries`. */
  readonly libraryPath: readonly string[];
}

function providerFileNames(provider: GpuProvider): readonly string[] {
  return [`libonnxruntime_providers_${provider}.so`, 'libonnxruntime_providers_shared.so'];
}

/** NVIDIA's libraries that a provider needs, read from the provider where it is installed. */
function neededBy(
  provider: GpuProvider,
  runtime: OnnxRuntimePlace | undefined,
  host: Host,
): readonly string[] {
  const file = runtime && join(runtime.libraries, `libonnxruntime_providers_${provider}.so`);
  const linked = file && readElfLinks(host.resolve(file))?.needed.filter((name) => nvidia.test(name));
  return [...new Set([...(linked || expected[provider]), ...loadedLate[provider]])];
}

export function providerState(
  provider: GpuProvider,
  runtime: OnnxRuntimePlace | undefined,
  index: LibraryIndex,
  host: Host,
): ProviderState {
  const needed = neededBy(provider, runtime, host);
  const found = needed.map((soname) => [soname, index.find(soname)] as const);
  return {
    provider,
    files: providerFileNames(provider).map((name) => ({
      name,
      present: runtime !== undefined && host.exists(join(runtime.libraries, name)),
    })),
    libraries: found.flatMap(([, library]) => library ?? []),
    missing: found.filter(([, library]) => library === undefined).map(([soname]) => soname),
    libraryPath: index.foldersFor(needed),
  };
}

/** Library, wheel for CUDA 13, wheel for CUDA 12; bounds keep pip from a newer library of another name. */
const wheelOf: readonly (readonly [RegExp, string, string])[] = [
  [/^libcudart/, "'nvidia-cuda-runtime<14'", 'nvidia-cuda-runtime-cu12'],
  [/^libcublas/, "'nvidia-cublas<14'", 'nvidia-cublas-cu12'],
  [/^libcurand/, "'nvidia-curand<11'", 'nvidia-curand-cu12'],
  [/^libcufft/, "'nvidia-cufft<13'", 'nvidia-cufft-cu12'],
  [/^libcudnn/, "'nvidia-cudnn-cu13<10'", "'nvidia-cudnn-cu12<10'"],
  [/^libnv(infer|onnxparser)/, "'tensorrt-cu13<11'", "'tensorrt-cu12<11'"],
];

/** The CUDA version that a provider is made for, by the library it needs. */
function cudaVersionOf(state: ProviderState): number | undefined {
  const sonames = [...state.missing, ...state.libraries.map(({ soname }) => soname)];
  const cudart = sonames.find((soname) => soname.startsWith('libcudart.so.'));
  return cudart === undefined ? undefined : Number(cudart.split('.').at(-1));
}

function wheelsFor(missing: readonly string[], cuda: number | undefined): readonly string[] {
  const wheels = missing.flatMap((soname) => {
    const row = wheelOf.find(([pattern]) => pattern.test(soname));
    return row ? (cuda === 12 ? row[2] : row[1]) : [];
  });
  return [...new Set(wheels)];
}

/** Everything that keeps a provider from opening, driver first. */
export function providerGaps(state: ProviderState, inventory: MachineGpus): readonly Gap[] {
  const gaps: Gap[] = [...driverGaps(inventory)];
  if (state.files.some(({ present }) => !present))
    gaps.push({
      problem: `ONNX Runtime's ${state.provider} provider is not installed (${state.files
        .filter(({ present }) => !present)
        .map(({ name }) => name)
        .join(', ')}).`,
      fix: 'baremark setup cuda',
      runnable: true,
    });
  // The driver brings libcuda itself; no package of libraries does.
  const libraries = state.missing.filter((soname) => soname !== 'libcuda.so.1');
  if (libraries.length > 0) {
    const wheels = wheelsFor(libraries, cudaVersionOf(state));
    gaps.push({
      problem: `NVIDIA's libraries are missing: ${libraries.join(', ')}.`,
      fix: `pip install ${wheels.join(' ')}`,
      runnable: true,
    });
  }
  const driver = Number.parseFloat(known(inventory.cuda) ?? '');
  const wanted = cudaVersionOf(state) ?? 0;
  if (driver > 0 && wanted > driver)
    gaps.push({
      problem: `The driver ${known(inventory.driver) ?? ''} runs CUDA up to ${driver}, but the provider is made for CUDA ${wanted}.`,
      ...(wanted === 13 && driver >= 12
        ? { fix: 'baremark setup cuda --cuda 12', runnable: true }
        : { fix: 'install a newer NVIDIA driver', runnable: false }),
    });
  return gaps;
}

/** The sentence for `--device cuda` where it cannot work; undefined where nothing is known to be missing. */
export function explainMissing(state: ProviderState, inventory: MachineGpus): string | undefined {
  const gaps = providerGaps(state, inventory);
  if (gaps.length === 0) return undefined;
  const problems = gaps.map(({ problem }) => problem.replace(/\.$/, '')).join('; ');
  const fixes = gaps.map(({ fix }) => fix).join('; then ');
  return `The device ${state.provider} cannot be used. ${problems}. To use it: ${fixes}. baremark doctor shows the whole picture.`;
}
