/** The attributes of TensorFlow's operators that follow from the types and the number of their inputs. */
import type { ProgramNode, ProgramType } from '../program/program.js';
import type { GraphAttribute } from './graph-def.js';

type Rule = Readonly<Record<string, number | ProgramType>>;

/** For each attribute, the input whose type it is, or a type; what is not listed has `T`, the type of its first input. */
const rules: Readonly<Record<string, Rule>> = {
  ArgMax: { T: 0, Tidx: 1 },
  BroadcastTo: { T: 0, Tidx: 1 },
  Cast: { SrcT: 0 },
  ConcatV2: { T: 0, Tidx: 'int32' },
  Cumsum: { T: 0, Tidx: 1 },
  Fill: { T: 1, index_type: 0 },
  FusedBatchNormV3: { T: 0, U: 1 },
  GatherNd: { Tparams: 0, Tindices: 1 },
  GatherV2: { Tparams: 0, Tindices: 1, Taxis: 2 },
  LogicalAnd: {},
  LogicalNot: {},
  LogicalOr: {},
  Max: { T: 0, Tidx: 1 },
  Mean: { T: 0, Tidx: 1 },
  Min: { T: 0, Tidx: 1 },
  PadV2: { T: 0, Tpaddings: 1 },
  Prod: { T: 0, Tidx: 1 },
  Range: { Tidx: 0 },
  Reshape: { T: 0, Tshape: 1 },
  SelectV2: { T: 1 },
  SplitV: { T: 0, Tlen: 1 },
  StridedSlice: { T: 0, Index: 1 },
  Sum: { T: 0, Tidx: 1 },
  TensorScatterUpdate: { T: 0, Tindices: 1 },
  Tile: { T: 0, Tmultiples: 1 },
  Transpose: { T: 0, Tperm: 1 },
};

export function typeAttributes(
  { op, types }: Pick<ProgramNode, 'op' | 'types'>,
  inputs: readonly ProgramType[],
): Readonly<Record<string, GraphAttribute>> {
  const rule = rules[op] ?? { T: 0 };
  const attributes: Record<string, GraphAttribute> = {};
  for (const [name, from] of Object.entries(rule))
    attributes[name] = { type: typeof from === 'number' ? inputs[from]! : from };
  if (op === 'ConcatV2') attributes.N = inputs.length - 1;
  if (op === 'SplitV') attributes.num_split = types.length;
  return attributes;
}
