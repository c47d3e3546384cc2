/** Finds out whether an execution provider really opens a session here, by opening one in a separate process. */
import { askChild } from '../devices/ask-child.js';
import type { DeviceOutcome } from '../examination.js';
import type { OnnxRuntimePlace } from './install.js';

/** What the loader said of a library that it did not find. */
function missingLibrary(text: string): string | undefined {
  return /lib[\w.+-]+\.so[.\d]*: cannot open shared object file: No such file or directory/.exec(text)?.[0];
}

/** One line of a native error, without the paths and line numbers of ONNX Runtime's own sources. */
export function shortReason(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ').trim();
  return missingLibrary(line) ?? line.replaceAll(/\/\S+\/(\S+\.(cc|h))(:\d+)?/g, '$1').slice(0, 300);
}

export interface ProviderCheckOptions {
  /** Variables added to the environment of the process that opens the session. */
  readonly env?: Readonly<Record<string, string>>;
  /** The ONNX Runtime to open it with; the installed one where absent. */
  readonly runtime?: OnnxRuntimePlace;
  readonly timeoutMs?: number;
}

/** Opens and runs a 2×2 matrix product on `cpu`, `cuda:0`, `tensorrt:0` or `webgpu`. Takes 0.3 s on a CPU, seconds on a GPU; never throws. */
export async function checkProvider(
  device: string,
  { env, runtime, timeoutMs = 60_000 }: ProviderCheckOptions = {},
): Promise<DeviceOutcome> {
  const { outcome } = await askChild({
    entry: 'backends/onnxruntime/provider-main.js',
    args: [device, runtime?.root ?? ''],
    env,
    timeoutMs,
    // ONNX Runtime writes which library is missing to standard error, and throws without it.
    reason: (error, noise) =>
      error === undefined ? shortReason(noise) : (missingLibrary(noise) ?? shortReason(error)),
  });
  return outcome;
}
