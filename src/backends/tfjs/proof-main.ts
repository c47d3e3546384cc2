/** A separate process, where a crash does no harm: loads a variant of TF.js and multiplies two matrices with it. */
import { answerParent } from '../devices/answer-parent.js';
import { openCore, type TfjsCore } from './core.js';
import { findTfjs, isNative, type NativeVariant, type TfjsPlace, type TfjsVariant } from './install.js';
import { loadBinding } from './library.js';

/** What is proved beside the product. */
export interface ProofMessage {
  /** TensorFlow's version, or that of TF.js where it computes itself. */
  readonly version: string;
}

const [a, b] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8)];

function requireProduct(product: ArrayLike<number | bigint>): void {
  const text = Array.from(product).join(', ');
  if (text !== '19, 22, 43, 50') throw new Error(`it computed ${text} for 19, 22, 43, 50`);
}

function proveNative(place: TfjsPlace, variant: NativeVariant): string {
  const tf = loadBinding(place, variant);
  if (variant === 'cuda' && !tf.isUsingGpuDevice())
    throw new Error('TensorFlow uses no GPU and would compute on the CPU');
  const inputs = [a, b].map((matrix) => tf.createTensor([2, 2], tf.TF_FLOAT, matrix));
  const [product] = tf.executeOp(
    'MatMul',
    [
      { name: 'transpose_a', type: tf.TF_ATTR_BOOL, value: false },
      { name: 'transpose_b', type: tf.TF_ATTR_BOOL, value: false },
      { name: 'T', type: tf.TF_ATTR_TYPE, value: tf.TF_FLOAT },
    ],
    inputs,
    1,
  );
  requireProduct(product ? tf.tensorDataSync(product.id) : []);
  return tf.TF_Version;
}

interface Operators extends TfjsCore {
  tensor2d(values: Float32Array, shape: readonly number[]): unknown;
  matMul(a: unknown, b: unknown): { data(): Promise<Float32Array> };
}

async function prove(root: string, variant: TfjsVariant): Promise<string> {
  const place = findTfjs(root);
  if (place === undefined) throw new Error(`nothing is installed in ${root}`);
  if (isNative(variant)) return proveNative(place, variant);
  const tf = (await openCore(place, variant)) as Operators;
  requireProduct(await tf.matMul(tf.tensor2d(a, [2, 2]), tf.tensor2d(b, [2, 2])).data());
  return tf.version_core;
}

const [root = '', variant = ''] = process.argv.slice(2);
answerParent(async () => ({ version: await prove(root, variant as TfjsVariant) }));
