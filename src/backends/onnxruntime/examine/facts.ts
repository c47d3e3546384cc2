/** What is known of what ONNX Runtime's devices need. */
import type { ProviderState } from '../cuda.js';
import type { Vulkan } from '../vulkan.js';

export interface OnnxRuntimeFacts extends Readonly<Record<string, unknown>> {
  readonly cuda: ProviderState;
  readonly tensorrt: ProviderState;
  readonly vulkan: Vulkan;
}
