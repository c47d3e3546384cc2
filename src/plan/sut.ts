/** Checks the names of backends and devices before anything is loaded; the backend itself checks what is there. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { BaremarkError, hasErrno } from '../base/errors.js';
import { nearest, orList, suggestion } from '../base/suggest.js';
import { show } from './check.js';

/** Devices of the built-in backends; `true` where the name may carry which ones, as in `cuda:0,1` or `cuda:all`. */
const devicesOf: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  onnxruntime: { cpu: false, cuda: true, tensorrt: true, webgpu: false },
  simulated: { cpu: true },
};

/**
 * The backend as the conductor loads it: a built-in name, the absolute path of a module, or a package name.
 * Throws `UNKNOWN_BACKEND`.
 */
export function resolveBackend(given: string, where: string, folder: string): string {
  if (Object.hasOwn(devicesOf, given)) return given;
  if (isAbsolute(given) || /^\.{1,2}[/\\]/.test(given) || /\.[cm]?js$/.test(given)) {
    const path = resolve(folder, given);
    if (existsSync(path)) return path;
    throw new BaremarkError(
      'UNKNOWN_BACKEND',
      `${where} is ${show(given)}, but there is no file ${path}; give the path of a module that exports a Backend.`,
    );
  }
  if (isPackage(given, folder)) return given;
  const builtIn = Object.keys(devicesOf);
  const near = nearest(given, builtIn);
  const advice =
    near === undefined
      ? `choose ${orList(builtIn)}, the path of a module, or install the package ${given}.`
      : `did you mean ${near}?`;
  throw new BaremarkError(
    'UNKNOWN_BACKEND',
    `${where} is ${show(given)}, which is no backend and no installed package; ${advice}`,
  );
}

function isPackage(name: string, folder: string): boolean {
  if (!/^(@[\w.~-]+\/)?[\w.~-]+(\/[\w./~-]+)?$/.test(name)) return false;
  try {
    createRequire(join(folder, 'plan.js')).resolve(name);
    return true;
  } catch (error) {
    // Found, but without an entry for require(): a package of ES modules only.
    return hasErrno(error, 'ERR_PACKAGE_PATH_NOT_EXPORTED');
  }
}

/** Checks a device's name for a built-in backend. Throws `UNKNOWN_DEVICE`. */
export function checkDevice(device: string, backend: string, where: string): void {
  const devices = devicesOf[backend];
  if (devices === undefined) return;
  const [kind = '', ...rest] = device.split(':');
  const which = rest.join(':');
  const names = Object.keys(devices);
  if (!Object.hasOwn(devices, kind))
    throw new BaremarkError(
      'UNKNOWN_DEVICE',
      `${where} is ${show(device)}, which ${backend} does not have; ${suggestion(kind, names)}`,
    );
  const plain = !device.includes(':');
  if (plain || (devices[kind] && /^(all|[A-Za-z0-9-]+(,[A-Za-z0-9-]+)*)$/.test(which))) return;
  throw new BaremarkError(
    'UNKNOWN_DEVICE',
    devices[kind]
      ? `${where} is ${show(device)}; write which after the colon, as in ${kind}:0, ${kind}:0,1 or ${kind}:all.`
      : `${where} is ${show(device)}, but ${kind} takes no number; write ${kind}.`,
  );
}
