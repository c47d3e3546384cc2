/** A separate process, where a crash does no harm: opens a session on one execution provider and runs a 2×2 matrix product. */
import { createRequire } from 'node:module';
import proto from 'onnx-proto';
import { answerParent } from '../devices/answer-parent.js';
import { sessionOptions } from './options.js';
import { readProvider } from './providers.js';

const { onnx } = proto;

/** `a` times `b`; float, both 2×2. */
function tinyModel(): Uint8Array {
  const float = onnx.TensorProto.DataType.FLOAT;
  const value = (name: string) => ({
    name,
    type: { tensorType: { elemType: float, shape: { dim: [{ dimValue: 2 }, { dimValue: 2 }] } } },
  });
  const model = onnx.ModelProto.create({
    irVersion: 8,
    producerName: 'baremark',
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'product',
      node: [{ opType: 'MatMul', input: ['a', 'b'], output: ['c'] }],
      input: [value('a'), value('b')],
      output: [value('c')],
    },
  });
  return onnx.ModelProto.encode(model).finish();
}

async function check(device: string, root: string): Promise<void> {
  const runtime = root === '' ? 'onnxruntime-node' : root;
  const { InferenceSession, Tensor } = createRequire(import.meta.url)(
    runtime,
  ) as typeof import('onnxruntime-node');
  // Otherwise ONNX Runtime would run the node on the CPU and say nothing.
  const only = readProvider(device).kind === 'cpu' ? {} : { 'session.disable_cpu_ep_fallback': '1' };
  const session = await InferenceSession.create(tinyModel(), sessionOptions(device, only).options);
  const matrix = (...values: number[]) => new Tensor('float32', Float32Array.from(values), [2, 2]);
  const { c } = await session.run({ a: matrix(1, 2, 3, 4), b: matrix(5, 6, 7, 8) });
  const product = [...((c ? await c.getData() : []) as Float32Array)];
  if (product.join() !== '19,22,43,50')
    throw new Error(`it computed ${product.join(', ')} for 19, 22, 43, 50`);
}

const [device = '', root = ''] = process.argv.slice(2);
answerParent(async () => {
  await check(device, root);
  return {};
});
