/** Whether a file is the official model that it is said to be, by its graph. */
import type { TensorInfo } from '../base/tensor.js';
import { inputName } from '../datasets/layout/fit.js';
import { filePrecision } from '../graphs/file/file-precision.js';
import { readGraphFacts } from '../graphs/file/graph-facts.js';
import type { FileTensor } from '../onnx/value-info.js';
import type { OfficialModel } from './official.js';

/** ONNX Runtime reads nothing older, and the weights were published in 2019 and 2020. */
const opsets = [7, 17] as const;

/** Why the file is not this model, as `it …`; undefined if it is. */
export function officialProblem(
  { precision, signature }: Pick<OfficialModel, 'precision' | 'signature'>,
  path: string,
): string | undefined {
  const facts = readGraphFacts(path);
  if ('problem' in facts) return facts.problem;
  const { inputs, outputs, opset, externalFiles } = facts;
  if (opset < opsets[0] || opset > opsets[1])
    return `it has operator set ${opset} where ${opsets.join(' to ')} were expected`;
  if (externalFiles.length > 0) return `it keeps weights in another file (${externalFiles[0]})`;
  const found = filePrecision(facts);
  if (found.kind !== 'known') return 'it has no weights that show its precision';
  if (found.precision !== precision)
    return `it computes in ${found.precision} where ${precision} was expected`;
  return (
    tensorsProblem('input', inputs, signature.inputs) ?? tensorsProblem('output', outputs, signature.outputs)
  );
}

function tensorsProblem(
  what: 'input' | 'output',
  found: readonly FileTensor[],
  wanted: readonly TensorInfo[],
): string | undefined {
  const names = found.map(({ name }) => (what === 'input' ? inputName(name) : name));
  const expected = wanted.map(({ name }) => name);
  if ([...names].sort().join() !== [...expected].sort().join())
    return `it has the ${what}s ${names.join(', ') || 'none'} where ${expected.join(', ')} were expected`;
  for (const tensor of wanted) {
    const own = found[names.indexOf(tensor.name)]!;
    if (what === 'input' && !fits(own, tensor))
      return `its ${what} ${describe(own)} is not ${describe(tensor)}`;
  }
  return undefined;
}

function fits({ type, dims }: FileTensor, wanted: TensorInfo): boolean {
  return (
    type === wanted.type &&
    dims.length === wanted.dims.length &&
    wanted.dims.every((dim, i) => typeof dim === 'string' || typeof dims[i] === 'string' || dims[i] === dim)
  );
}

function describe({ name, type, dims }: FileTensor): string {
  return `${name} (${type} [${dims.map((dim) => dim || '?').join(', ')}])`;
}
