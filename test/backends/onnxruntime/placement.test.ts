import { describe, expect, it } from 'vitest';
import { findPlacement, parsePlacement } from '../../../src/backends/onnxruntime/placement.js';
import { ensureModel } from '../../../src/graphs/model-cache.js';
import { temporaryFolder, tinyBert } from '../../graphs/support.js';

const folder = temporaryFolder();
const at = '2026-11-22 03:23:15.57 [V:onnxruntime:, session_state.cc:1384 VerifyEachNodeIsAssignedToAnEp]';

describe('the placement of nodes', () => {
  it('is read from the log of ONNX Runtime 1.29, node by node', () => {
    const lines = [
      `${at} Node placements`,
      `${at}  Node(s) placed on [CPUExecutionProvider]. Number of nodes: 3`,
      `${at}   Shape (Shape_134)`,
      `${at}   NonMaxSuppression (NonMaxSuppression_144)`,
      `${at}   Shape (Shape_153)`,
      `${at}  Node(s) placed on [CUDAExecutionProvider]. Number of nodes: 145`,
      `${at}   Cast (Cast_1)`,
    ];
    expect(parsePlacement(lines)).toEqual({
      nodes: { CPUExecutionProvider: 3, CUDAExecutionProvider: 145 },
      onCpu: ['NonMaxSuppression', 'Shape'],
    });
  });

  it('is read where one provider has them all', () => {
    const line = `${at}  All nodes placed on [CUDAExecutionProvider]. Number of nodes: 20`;
    expect(parsePlacement([line])).toEqual({ nodes: { CUDAExecutionProvider: 20 }, onCpu: [] });
    expect(parsePlacement([`${at} Some nodes were not assigned`])).toBeUndefined();
  });

  it('is all on the CPU where a model is opened there', async () => {
    const { path } = await ensureModel({ ...tinyBert, fused: true }, folder);
    const found = await findPlacement({ file: path, device: 'cpu', options: {} });
    // Two encoder layers of seven nodes each, the embeddings and what is around them.
    expect('value' in found && found.value.nodes.CPUExecutionProvider).toBeGreaterThan(14);
  });

  it('is unavailable, with the reason, of a model that does not open', async () => {
    const found = await findPlacement({ file: '/no/model.onnx', device: 'cpu', options: {} });
    expect(found).toEqual({ unavailable: expect.stringContaining('/no/model.onnx') as string });
  });
});
