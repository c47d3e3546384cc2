/** Loads TF.js with one of its own backends, WebAssembly or WebGPU, into this thread. */
import { pathToFileURL } from 'node:url';
import { BaremarkError, messageOf } from '../../base/errors.js';
import type { TfjsPlace, TfjsVariant } from './install.js';
import { tfjsRequire } from './library.js';

/** The variants that compute without TensorFlow's library. */
export type CoreVariant = Extract<TfjsVariant, 'wasm' | 'webgpu'>;

/** Of `@tensorflow/tfjs-core`, what opening it takes; whoever runs operators knows the rest. */
export interface TfjsCore {
  readonly version_core: string;
  setBackend(name: string): Promise<boolean>;
  getBackend(): string;
  ready(): Promise<void>;
}

interface WebGpuPackage {
  readonly create: (options: readonly string[]) => unknown;
  readonly globals: Readonly<Record<string, unknown>>;
}

/** TF.js looks for a browser's `navigator.gpu`; the package `webgpu` has one for Node. */
async function provideWebGpu(require: NodeJS.Require): Promise<void> {
  if ('GPUDevice' in globalThis) return;
  const { create, globals } = (await import(pathToFileURL(require.resolve('webgpu')).href)) as WebGpuPackage;
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true });
}

/**
 * TF.js core with the backend of the variant, ready to compute.
 * Throws `BAD_BACKEND` where the variant is not installed or does not open here.
 */
export async function openCore(place: TfjsPlace, variant: CoreVariant): Promise<TfjsCore> {
  if (!place.variants.includes(variant))
    throw new BaremarkError(
      'BAD_BACKEND',
      `TF.js for ${variant} is not installed in ${place.root}; install it with baremark setup tfjs --device ${variant}.`,
    );
  const require = tfjsRequire(place);
  try {
    if (variant === 'webgpu') await provideWebGpu(require);
    const core = require('@tensorflow/tfjs-core') as TfjsCore;
    require(`@tensorflow/tfjs-backend-${variant}`);
    if (!(await core.setBackend(variant))) throw new Error('its backend does not start');
    await core.ready();
    return core;
  } catch (error) {
    throw new BaremarkError('BAD_BACKEND', `TF.js does not open on ${variant}: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}
