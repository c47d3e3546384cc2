/** ONNX Runtime through onnxruntime-node: CPU here, CUDA, TensorRT and WebGPU where their providers are in place. */
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { BaremarkError, messageOf } from '../../base/errors.js';
import type { ElementType, Tensor, TensorInfo, TensorMap } from '../../base/tensor.js';
import type { Backend, Batch, OpenRequest, Session } from '../backend.js';
import { requireModelFile } from '../model-file.js';
import { findOnnxRuntime } from './install.js';
import { sessionOptions } from './options.js';
import { backendName } from './providers.js';

const knownTypes = new Set<string>(['float32', 'float16', 'int32', 'int64', 'uint8', 'int8', 'bool']);

export const onnxruntime: Backend = {
  name: backendName,
  version: findOnnxRuntime()?.version ?? 'not installed',
  async open(request: OpenRequest): Promise<Session> {
    const file = requireModelFile(request.model, backendName);
    const { options, provider } = sessionOptions(request.device, request.options);
    const ort = await import('onnxruntime-node');
    const session = await createSession(ort, file, options, request.device);
    return wrap(ort, session, provider);
  },
};

async function createSession(
  ort: typeof import('onnxruntime-node'),
  file: string,
  options: InferenceSession.SessionOptions,
  device: string,
): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(file, options);
  } catch (error) {
    const why = firstLine(messageOf(error));
    if (
      /execution provider|backend not found|providers_\w+\.so|CUDA|cudnn|cublas|webgpu/i.test(why) &&
      device !== 'cpu'
    )
      throw new BaremarkError(
        'UNKNOWN_DEVICE',
        `The device ${device} cannot be opened by ONNX Runtime: ${why}; 'baremark doctor' says what is missing.`,
        { cause: error },
      );
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      `ONNX Runtime cannot load the model file ${file}: ${why}; build or download the model again.`,
      { cause: error },
    );
  }
}

function wrap(ort: typeof import('onnxruntime-node'), session: InferenceSession, provider: string): Session {
  // Layouts reuse their tensors where shapes repeat, so the runtime's wrappers of them are reused too.
  const wrapped = new WeakMap<Tensor, OrtTensor>();
  const toOrt = (tensor: Tensor): OrtTensor => {
    let own = wrapped.get(tensor);
    if (!own) {
      own = new ort.Tensor(tensor.type as 'float32', tensor.data as Float32Array, [...tensor.dims]);
      wrapped.set(tensor, own);
    }
    return own;
  };
  return {
    inputs: session.inputMetadata.map(tensorInfo),
    outputs: session.outputMetadata.map(tensorInfo),
    provider,
    async run({ feeds }: Batch): Promise<TensorMap> {
      const given: Record<string, OrtTensor> = {};
      for (const name in feeds) given[name] = toOrt(feeds[name]!);
      // OrtTensor and our Tensor agree in type, dims and data, so outputs pass as they are.
      return (await session.run(given)) as unknown as TensorMap;
    },
    close: () => session.release(),
  };
}

function tensorInfo(meta: InferenceSession.ValueMetadata): TensorInfo {
  if (!meta.isTensor || !knownTypes.has(meta.type))
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      `The model's ${meta.name} is ${meta.isTensor ? `a tensor of ${meta.type}` : 'not a tensor'}, which baremark cannot feed; use a model with ${[...knownTypes].join(', ')} tensors.`,
    );
  return {
    name: meta.name,
    type: meta.type as ElementType,
    // Exporters write 0 or -1 for what they do not know.
    dims: meta.shape.map((dim) => (typeof dim === 'number' && dim < 1 ? '' : dim)),
  };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!.trim();
}
