/** ONNX Runtime's execution providers that baremark knows, by the kind of device that the user writes. */
import { type DeviceKinds, type DeviceText, requireDevice } from '../devices/text.js';
import type { ComputesOn } from '../profile.js';

interface Provider {
  /** ONNX Runtime's own name of it; onnxruntime-node knows it by the kind. */
  readonly name: string;
  readonly numbered: boolean;
  readonly computesOn: ComputesOn;
  /** Needs NVIDIA's driver and libraries, and sees the GPUs that CUDA shows. */
  readonly nvidia: boolean;
}

export const backendName = 'onnxruntime';

export const providers = {
  cpu: { name: 'CPUExecutionProvider', numbered: false, computesOn: 'cores', nvidia: false },
  cuda: { name: 'CUDAExecutionProvider', numbered: true, computesOn: 'accelerator', nvidia: true },
  tensorrt: { name: 'TensorrtExecutionProvider', numbered: true, computesOn: 'accelerator', nvidia: true },
  webgpu: { name: 'WebGpuExecutionProvider', numbered: false, computesOn: 'accelerator', nvidia: false },
} as const satisfies Readonly<Record<string, Provider>>;

export type ProviderKind = keyof typeof providers;

export const kinds: DeviceKinds = Object.fromEntries(
  Object.entries(providers).map(([kind, { numbered }]) => [kind, numbered ? 'numbered' : 'single']),
);

/** @throws BaremarkError `UNKNOWN_DEVICE` */
export function readProvider(text: string): DeviceText & { readonly kind: ProviderKind } {
  const device = requireDevice(text, backendName, kinds);
  return { ...device, kind: device.kind as ProviderKind };
}
