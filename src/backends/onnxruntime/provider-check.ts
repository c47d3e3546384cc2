/** Finds out whether an execution provider really opens a session here, by opening one in a separate process. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compiledEntry } from '../../base/host/compiled-entry.js';
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
export function checkProvider(
  device: string,
  { env = {}, runtime, timeoutMs = 60_000 }: ProviderCheckOptions = {},
): Promise<DeviceOutcome> {
  return new Promise((resolve) => {
    const child = fork(
      fileURLToPath(compiledEntry('backends/onnxruntime/provider-main.js')),
      [device, runtime?.root ?? ''],
      {
        env: { ...process.env, ...env },
        execArgv: [],
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
      },
    );
    let answer: { ms?: number; error?: string } | undefined;
    let noise = '';
    child.stderr?.on('data', (chunk) => {
      noise = (noise + String(chunk)).slice(-4000);
    });
    child.on('message', (message) => {
      answer = message as { ms?: number; error?: string };
    });
    child.on('error', (error) => resolve({ kind: 'fails', reason: error.message }));
    child.on('close', (code, signal) => {
      if (answer?.ms !== undefined) resolve({ kind: 'works', ms: answer.ms });
      else if (answer?.error !== undefined)
        // ONNX Runtime writes which library is missing to standard error, and throws without it.
        resolve({ kind: 'fails', reason: missingLibrary(noise) ?? shortReason(answer.error) });
      else if (child.killed)
        resolve({ kind: 'fails', reason: `it did not open within ${timeoutMs / 1000} s` });
      else
        resolve({
          kind: signal ? 'crashes' : 'fails',
          reason: `the process ended with ${signal ?? `code ${code}`}${noise ? `: ${shortReason(noise)}` : ''}`,
        });
    });
  });
}
