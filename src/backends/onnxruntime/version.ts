/** The version of onnxruntime-node that is installed. */
import { createRequire } from 'node:module';

export function onnxruntimeVersion(): string {
  return String(createRequire(import.meta.url)('onnxruntime-node/package.json').version);
}
