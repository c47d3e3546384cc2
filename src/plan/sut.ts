/** Checks the names of backends and devices before anything is loaded; the backend itself checks what is there. */
import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { backendUrl } from '../backends/load.js';
import { BaremarkError } from '../base/errors.js';
import { nearest, orList, show, suggestion } from '../base/suggest.js';

/** Devices of the built-in backends; `true` where the name may carry which ones, as in `cuda:0,1` or `cuda:all`. */
const devicesOf: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  onnxruntime: { cpu: false, cuda: true, tensorrt: true, webgpu: false },
};

const builtIn = ['onnxruntime', 'simulated'];

/** The backend as the conductor loads it. Throws `UNKNOWN_BACKEND`. */
export function backendOf(given: string, where: string, folder: string): string {
  if (builtIn.includes(given)) return given;
  const isPath = isAbsolute(given) || /^\.|\.[cm]?js$/.test(given);
  const path = resolve(folder, given);
  if (isPath && existsSync(path)) return path;
  if (isPath)
    throw new BaremarkError(
      'UNKNOWN_BACKEND',
      `${where} is ${show(given)}, but there is no file ${path}; give the path of a module that exports a backend.`,
    );
  try {
    return backendUrl(given, folder);
  } catch (cause) {
    const near = nearest(given, builtIn);
    const advice =
      near === undefined
        ? `choose ${orList(builtIn)}, give the path of a module such as ./mine.js, or install the package.`
        : `did you mean ${near}?`;
    throw new BaremarkError(
      'UNKNOWN_BACKEND',
      `${where} is ${show(given)}, which is neither a backend nor an installed package; ${advice}`,
      { cause },
    );
  }
}

/** Checks a device's name for a built-in backend. Throws `UNKNOWN_DEVICE`. */
export function checkDevice(device: string, backend: string, where: string): void {
  const devices = devicesOf[backend];
  if (devices === undefined) return;
  const [kind = '', ...rest] = device.split(':');
  if (!Object.hasOwn(devices, kind))
    throw new BaremarkError(
      'UNKNOWN_DEVICE',
      `${where} is ${show(device)}, which ${backend} does not have; ${suggestion(kind, Object.keys(devices))}`,
    );
  const which = rest.join(':');
  if (!device.includes(':')) return;
  if (devices[kind] && /^(all|[A-Za-z0-9-]+(,[A-Za-z0-9-]+)*)$/.test(which)) return;
  throw new BaremarkError(
    'UNKNOWN_DEVICE',
    devices[kind]
      ? `${where} is ${show(device)}; write which after the colon, as in ${kind}:0, ${kind}:0,1 or ${kind}:all.`
      : `${where} is ${show(device)}, but ${kind} takes no number; write ${kind}.`,
  );
}
