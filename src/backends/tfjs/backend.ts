/** TF.js on a current TensorFlow: an ONNX file becomes a SavedModel, which TensorFlow runs whole. */
import { isMainThread } from 'node:worker_threads';
import { BaremarkError, messageOf } from '../../base/errors.js';
import type { Backend, OpenRequest, Session } from '../backend.js';
import { requireModelFile } from '../model-file.js';
import { oneDevice, type TfjsDevice, tfjsBackend } from './devices.js';
import { executorSession } from './executor/session.js';
import { findTfjs, isNative, type TfjsPlace } from './install.js';
import { loadBinding, type TfjsBinding } from './library.js';
import { lowerFile } from './lowering/lower.js';
import { optionEnvironment, readOptions, setEnvironment } from './options.js';
import { cachedSavedModel } from './saved-model/cached-model.js';
import { savedModel, tag } from './saved-model/saved-model.js';
import { savedModelSession } from './saved-model/session.js';
import { installedVersion } from './version.js';

export const tfjs: Backend = {
  name: tfjsBackend,
  version: installedVersion() ?? 'not installed',
  async open({ model, device, options }: OpenRequest): Promise<Session> {
    const file = requireModelFile(model, tfjsBackend);
    const chosen = oneDevice(device);
    const read = readOptions(options);
    const place = requireTfjs(chosen.variant);
    const { variant } = chosen;
    if (!isNative(variant)) return executorSession(place, variant, lowerFile(file), file);
    // In a worker thread the main thread has set it, in `prepare`.
    if (isMainThread) setEnvironment(optionEnvironment(variant, read));
    const binding = loadBinding(place, variant);
    requireGpu(binding, chosen, device);
    const program = lowerFile(file);
    const folder = await cachedSavedModel(savedModel(program, chosen.number));
    const id = loadModel(binding, folder, file);
    const provider = `TensorFlow ${binding.TF_Version} ${variant === 'cuda' ? `GPU:${chosen.number}` : 'CPU'}`;
    return savedModelSession(binding, id, program, provider);
  },
};

function requireTfjs(variant: TfjsDevice['variant']): TfjsPlace {
  const place = findTfjs();
  if (place?.variants.includes(variant)) return place;
  throw new BaremarkError(
    'UNKNOWN_DEVICE',
    `TF.js for ${variant} is not installed, which the tfjs backend needs; install it with 'baremark setup tfjs --device ${variant}'.`,
  );
}

/** TensorFlow computes on the CPU in silence where it finds no GPU. */
function requireGpu(binding: TfjsBinding, { variant }: TfjsDevice, device: string): void {
  if (variant === 'cuda' && !binding.isUsingGpuDevice())
    throw new BaremarkError(
      'UNKNOWN_DEVICE',
      `TensorFlow ${binding.TF_Version} finds no GPU, so ${device} would compute on the CPU; 'baremark doctor' says what is missing.`,
    );
}

function loadModel(binding: TfjsBinding, folder: string, file: string): number {
  try {
    return binding.loadSavedModel(folder, tag);
  } catch (error) {
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      `TensorFlow cannot load the model file ${file}: ${messageOf(error)}; build or download the model again.`,
      { cause: error },
    );
  }
}
