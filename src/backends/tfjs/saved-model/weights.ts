/** Variables that the graph's first run fills: each is cut out of a data file, given its shape, and assigned. */
import type { FileSegment } from '../../../onnx/read-graph.js';
import { isFileSegment } from '../../../onnx/tensor-values.js';
import type { Weight } from '../program/program.js';
import { constantNode, type GraphNode, intsNode } from './graph-def.js';

/** Nodes of a weight whose value is the node `name`; `fills` are to be run once. */
export interface WeightNodes {
  readonly nodes: readonly GraphNode[];
  readonly fills: readonly string[];
}

/** Few values are a constant, which TensorFlow computes ahead with; others are a variable. */
export function weightNodes(weight: Weight, name: string, fileNode: (file: string) => string): WeightNodes {
  const { type, dims, data, perm } = weight;
  if (isFileSegment(data)) return variableNodes(weight, data, name, fileNode);
  const made = constantNode(name, { type, dims, numbers: data });
  if (perm === undefined) return { nodes: [made], fills: [] };
  return {
    nodes: [{ ...made, name: `${name}/stored` }, ...transposed(name, `${name}/stored`, type, perm)],
    fills: [],
  };
}

function variableNodes(
  { type, dims, perm, stored = type }: Weight,
  data: FileSegment,
  name: string,
  fileNode: (file: string) => string,
): WeightNodes {
  const shape = perm ? perm.map((axis) => dims[axis]!) : dims;
  const part = (key: string): string => `${name}/${key}`;
  const nodes: GraphNode[] = [
    {
      name: part('variable'),
      op: 'VarHandleOp',
      inputs: [],
      attributes: { dtype: { type }, shape: { shape }, shared_name: { text: name } },
    },
    {
      name,
      op: 'ReadVariableOp',
      inputs: [part('variable')],
      attributes: { dtype: { type } },
    },
    int64(part('offset'), data.offset),
    int64(part('length'), data.length),
    {
      name: part('bytes'),
      op: 'Substr',
      inputs: [fileNode(data.file), part('offset'), part('length')],
      attributes: { T: { type: 'int64' }, unit: { text: 'BYTE' } },
    },
    {
      name: part('row'),
      op: 'DecodeRaw',
      inputs: [part('bytes')],
      attributes: { out_type: { type: stored }, little_endian: true },
    },
    intsNode(part('dims'), dims),
    {
      name: part('stored'),
      op: 'Reshape',
      inputs: [part('row'), part('dims')],
      attributes: { T: { type: stored }, Tshape: { type: 'int32' } },
    },
  ];
  let value = part('stored');
  if (stored !== type) {
    nodes.push({
      name: part('cast'),
      op: 'Cast',
      inputs: [value],
      attributes: { SrcT: { type: stored }, DstT: { type } },
    });
    value = part('cast');
  }
  if (perm !== undefined) {
    nodes.push(...transposed(part('turned'), value, type, perm));
    value = part('turned');
  }
  nodes.push({
    name: part('assign'),
    op: 'AssignVariableOp',
    inputs: [part('variable'), value],
    attributes: { dtype: { type } },
  });
  return { nodes, fills: [part('assign')] };
}

function transposed(
  name: string,
  from: string,
  type: Weight['type'],
  perm: readonly number[],
): readonly GraphNode[] {
  return [
    intsNode(`${name}/perm`, perm),
    {
      name,
      op: 'Transpose',
      inputs: [from, `${name}/perm`],
      attributes: { T: { type }, Tperm: { type: 'int32' } },
    },
  ];
}

function int64(name: string, number: number): GraphNode {
  return constantNode(name, { type: 'int64', dims: [], numbers: [number] });
}
