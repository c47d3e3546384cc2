/** Converts the part of a TF.js graph model between some of its nodes into nodes of an ONNX graph. */
import { BaremarkError, messageOf } from '../../base/errors.js';
import type { GraphBuilder } from '../graph-builder.js';
import type { TfjsModel } from './model.js';
import { operators } from './operators.js';
import { channelsLast, type Tensor, type Value } from './values.js';

/**
 * Adds to `graph` what the model computes from `given` to `wanted`, both by the names of its nodes, and returns the
 * tensors of `wanted` with dimensions in TensorFlow's order. Only what they need is looked at.
 * @throws BaremarkError BAD_MODEL_FILE that names the first node that cannot be converted, and its operator
 */
export function convertNodes(
  model: TfjsModel,
  graph: GraphBuilder,
  given: Readonly<Record<string, Tensor>>,
  wanted: readonly string[],
): Tensor[] {
  const known = new Map<string, Value>(Object.entries(given));

  function resultOf(name: string): Value {
    const before = known.get(name);
    if (before !== undefined) return before;
    const node = model.nodes.get(name);
    if (node === undefined) throw bad(`has no node ${name}`);
    const value = node.op === 'Const' ? constantOf(name) : converted(name);
    known.set(name, value);
    return value;
  }

  function constantOf(name: string): Value {
    const found = model.constants.get(name);
    if (found === undefined) throw bad(`has no weights for its node ${name}`);
    return { kind: 'constant', ...found };
  }

  function converted(name: string): Value {
    const node = model.nodes.get(name)!;
    const rule = Object.hasOwn(operators, node.op) ? operators[node.op] : undefined;
    if (rule === undefined)
      throw bad(`has the node ${name} with the operator ${node.op}, which is not converted`);
    const inputs = node.input.filter((input) => !input.startsWith('^')).map((input) => sourceOf(input, name));
    const values = inputs.map(resultOf);
    try {
      return rule(graph, node, values);
    } catch (error) {
      throw bad(`has the node ${name} (${node.op}), which is not converted: ${messageOf(error)}`, error);
    }
  }

  function sourceOf(input: string, user: string): string {
    const [name, output = '0'] = input.split(':') as [string, string?];
    if (output !== '0')
      throw bad(
        `has the node ${user}, which takes output ${output} of ${name}; only first outputs are converted`,
      );
    return name;
  }

  return wanted.map((name) => channelsLast(graph, resultOf(name)));
}

function bad(what: string, cause?: unknown): BaremarkError {
  return new BaremarkError(
    'BAD_MODEL_FILE',
    `The TensorFlow.js model ${what}; give the model that baremark pulls.`,
    {
      cause,
    },
  );
}
