/** Turns a device and a user's backend options into ONNX Runtime session options. */
import type { InferenceSession } from 'onnxruntime-node';
import { BaremarkError } from '../../base/errors.js';
import { flag, type OptionType, oneOf, readOption, text, unknownOption, wholeFrom } from '../options.js';
import { configEntries, isConfigEntry } from './config-entries.js';
import { backendName, type ProviderKind, providers, readProvider } from './providers.js';

/** More threads than any machine has cores for; ONNX Runtime would try to start them. */
const threads = wholeFrom(0, 4096);

/** The options that are passed on, by onnxruntime-node's names; it ignores unknown ones in silence, so they are refused here. */
const types: Readonly<Record<string, OptionType<unknown>>> = {
  intraOpNumThreads: threads,
  interOpNumThreads: threads,
  graphOptimizationLevel: oneOf('disabled', 'basic', 'extended', 'layout', 'all'),
  executionMode: oneOf('sequential', 'parallel'),
  enableCpuMemArena: flag,
  enableMemPattern: flag,
  enableProfiling: flag,
  profileFilePrefix: text,
  optimizedModelFilePath: text,
  // From verbose to fatal.
  logSeverityLevel: wholeFrom(0, 4),
};

/** Throws `UNKNOWN_DEVICE` or `BAD_OPTION`, naming what is wrong. */
export function sessionOptions(
  device: string,
  given: Readonly<Record<string, unknown>>,
): { readonly options: InferenceSession.SessionOptions; readonly provider: string } {
  const { kind, number } = oneDevice(device);
  // ERROR: below it the runtime prints warnings into the user's terminal.
  const options: Record<string, unknown> = { logSeverityLevel: 3 };
  const config: Record<string, string> = {};
  for (const [key, value] of Object.entries(given)) {
    if (Object.hasOwn(types, key)) options[key] = readOption(backendName, key, types[key]!, value);
    else if (isConfigEntry(key)) config[key] = configValue(key, value);
    else throw noOption(key);
  }
  // Only this provider: a list would not fall back, and a fall-back in silence would measure another device.
  options.executionProviders = [number === undefined ? kind : { name: kind, deviceId: number }];
  if (Object.keys(config).length > 0) options.extra = nested(config);
  return { options: options as InferenceSession.SessionOptions, provider: providers[kind].name };
}

function noOption(key: string): BaremarkError {
  if (key.includes('.')) return unknownOption(backendName, key, configEntries);
  const others = ` and session config entries such as session.intra_op.allow_spinning`;
  return unknownOption(backendName, key, Object.keys(types), others);
}

/** ONNX Runtime takes them as texts: 1 or 0 for yes or no. */
function configValue(key: string, value: unknown): string {
  const read = typeof value === 'boolean' ? Number(value) : value;
  return readOption(backendName, key, text, read);
}

/** A session has one device; `number` is absent for kinds that have none. */
function oneDevice(device: string): { readonly kind: ProviderKind; readonly number?: number } {
  const { kind, which } = readProvider(device);
  if (which.by === 'kind') return { kind };
  if (which.by === 'number' && which.numbers.length === 1) return { kind, number: which.numbers[0] };
  throw new BaremarkError(
    'UNKNOWN_DEVICE',
    `A session of the onnxruntime backend opens one device, not '${device}'; give one such as ${kind}:0.`,
  );
}

/** `{ 'a.b': v }` as onnxruntime-node wants it: `{ a: { b: v } }`. */
function nested(flat: Readonly<Record<string, string>>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(flat)) {
    const beginning = Object.keys(flat).find((other) => path.startsWith(`${other}.`));
    if (beginning !== undefined)
      throw new BaremarkError(
        'BAD_OPTION',
        `The onnxruntime backend's options ${beginning} and ${path} cannot be given together; give one of them.`,
      );
    const parts = path.split('.');
    const last = parts.pop()!;
    let at = root;
    for (const part of parts) {
      if (!Object.hasOwn(at, part)) at[part] = {};
      at = at[part] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return root;
}
