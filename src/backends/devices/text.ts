/** Reads how a device is written: its kind, and where the kind is numbered, which ones: `cpu`, `cuda:0,1`, `cuda:all`. */
import { BaremarkError } from '../../base/errors.js';
import { show, suggestion } from '../../base/suggest.js';

/** The kinds of devices that a backend has; `numbered` ones may be followed by numbers, `all` or UUIDs. */
export type DeviceKinds = Readonly<Record<string, 'single' | 'numbered'>>;

export type WhichDevices =
  | { readonly by: 'kind' }
  | { readonly by: 'all' }
  | { readonly by: 'number'; readonly numbers: readonly number[] }
  | { readonly by: 'uuid'; readonly uuids: readonly string[] };

export interface DeviceText {
  readonly kind: string;
  readonly which: WhichDevices;
}

/** What a text names, or the problem with it, which completes the sentence `--device is "gpu"`. */
export type DeviceReading =
  | { readonly read: DeviceText; readonly problem?: undefined }
  | { readonly problem: string };

/** Asks nothing of the machine. A numbered kind alone, such as `cuda`, is its device 0. */
export function readDevice(text: string, backend: string, kinds: DeviceKinds): DeviceReading {
  const [kind = '', ...rest] = text.trim().split(':');
  if (!Object.hasOwn(kinds, kind))
    return { problem: `, which ${backend} does not have; ${suggestion(kind, Object.keys(kinds))}` };
  if (kinds[kind] === 'single')
    return rest.length === 0
      ? { read: { kind, which: { by: 'kind' } } }
      : { problem: `, but ${kind} takes no number; write ${kind}.` };
  if (rest.length === 0) return { read: { kind, which: { by: 'number', numbers: [0] } } };
  const named = rest.join(':');
  if (named === 'all') return { read: { kind, which: { by: 'all' } } };
  const parts = named.split(',').map((part) => part.trim());
  if (new Set(parts).size !== parts.length)
    return {
      problem: ', which names a device twice; to run several instances on one device, use --instances.',
    };
  if (parts.every((part) => /^\d{1,3}$/.test(part)))
    return { read: { kind, which: { by: 'number', numbers: parts.map(Number) } } };
  if (parts.every((part) => /^(GPU|MIG)-[\w/-]+$/.test(part)))
    return { read: { kind, which: { by: 'uuid', uuids: parts } } };
  return {
    problem: `; write which after the colon, as in ${kind}:0, ${kind}:0,1, ${kind}:all or ${kind}:GPU-….`,
  };
}

/** The same, for a device that should have been checked before. @throws BaremarkError `UNKNOWN_DEVICE` */
export function requireDevice(text: string, backend: string, kinds: DeviceKinds): DeviceText {
  const reading = readDevice(text, backend, kinds);
  if (reading.problem === undefined) return reading.read;
  throw new BaremarkError('UNKNOWN_DEVICE', `--device is ${show(text)}${reading.problem}`);
}
