/** Turns a device and a user's backend options into ONNX Runtime session options. */
import type { InferenceSession } from 'onnxruntime-node';
import { BaremarkError } from '../../base/errors.js';
import { type ProviderKind, providers, readProvider } from './providers.js';

type Read = (value: unknown, key: string) => unknown;

const wholeNumber: Read = (value, key) => {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new BaremarkError(
    'BAD_OPTION',
    `The onnxruntime backend's ${key} is '${value}'; give a whole number of 0 or more.`,
  );
};
const truth: Read = (value, key) => {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new BaremarkError(
    'BAD_OPTION',
    `The onnxruntime backend's ${key} is '${value}'; give true or false.`,
  );
};
const oneOf =
  (...allowed: string[]): Read =>
  (value, key) => {
    if (allowed.includes(String(value))) return value;
    throw new BaremarkError(
      'BAD_OPTION',
      `The onnxruntime backend's ${key} is '${value}'; give one of ${allowed.join(', ')}.`,
    );
  };
const text: Read = (value) => String(value);

/** The options that are passed on, by onnxruntime-node's names; it ignores unknown ones in silence, so they are refused here. */
const readers: Readonly<Record<string, Read>> = {
  intraOpNumThreads: wholeNumber,
  interOpNumThreads: wholeNumber,
  graphOptimizationLevel: oneOf('disabled', 'basic', 'extended', 'layout', 'all'),
  executionMode: oneOf('sequential', 'parallel'),
  enableCpuMemArena: truth,
  enableMemPattern: truth,
  enableProfiling: truth,
  profileFilePrefix: text,
  optimizedModelFilePath: text,
  logSeverityLevel: wholeNumber,
};

/** Throws `UNKNOWN_DEVICE` or `BAD_OPTION`, naming what is wrong. */
export function sessionOptions(
  device: string,
  given: Readonly<Record<string, unknown>>,
): { readonly options: InferenceSession.SessionOptions; readonly provider: string } {
  const { kind, number } = oneDevice(device);
  // ERROR: below it the runtime prints warnings into the user's terminal.
  const options: Record<string, unknown> = { logSeverityLevel: 3 };
  const extra: Record<string, string> = {};
  for (const [key, value] of Object.entries(given)) {
    const read = readers[key];
    if (read) options[key] = read(value, key);
    else if (key.includes('.')) extra[key] = String(value);
    else
      throw new BaremarkError(
        'BAD_OPTION',
        `The onnxruntime backend has no option '${key}'; it knows ${Object.keys(readers).join(', ')} and session config entries such as session.intra_op.allow_spinning.`,
      );
  }
  // Only this provider: a list would not fall back, and a fall-back in silence would measure another device.
  options.executionProviders = [number === undefined ? kind : { name: kind, deviceId: number }];
  if (Object.keys(extra).length > 0) options.extra = nested(extra);
  return { options: options as InferenceSession.SessionOptions, provider: providers[kind].name };
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
    const parts = path.split('.');
    const last = parts.pop()!;
    let at = root;
    for (const part of parts) {
      at[part] ??= {};
      at = at[part] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return root;
}
