/** Makes sure that a model really runs on its device, and finds how much of it does. */
import type { ModelRef } from '../backends/backend.js';
import { findPlacement, type Placement } from '../backends/onnxruntime/placement.js';
import { BaremarkError } from '../base/errors.js';
import type { Measured } from '../base/measured.js';

export interface OnDevice {
  readonly backend: string;
  readonly model: ModelRef;
  readonly device: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Undefined where there is nothing to tell: on the CPU, and of other backends than ONNX Runtime.
 * @throws BaremarkError `UNKNOWN_DEVICE` where the CPU would run the whole model
 */
export async function placementOf({
  backend,
  model,
  device,
  options,
}: OnDevice): Promise<Measured<Placement> | undefined> {
  if (backend !== 'onnxruntime' || device === 'cpu' || model.file === undefined) return undefined;
  const found = await findPlacement({ file: model.file, device, options });
  if ('value' in found && Object.keys(found.value.nodes).every((name) => name === 'CPUExecutionProvider'))
    throw new BaremarkError(
      'UNKNOWN_DEVICE',
      `ONNX Runtime opened ${model.name} on ${device} but gave all of its nodes to the CPU, so that this would be no run on ${device}; use a model whose operators the device has, or --device cpu.`,
    );
  return found;
}
