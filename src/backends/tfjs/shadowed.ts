/** Whether LD_LIBRARY_PATH has libraries that the loader takes in place of those beside TensorFlow. */
import { dirname, join } from 'node:path';
import type { Host } from '../../base/host/host.js';
import type { Gap } from '../examination.js';
import { librariesPath } from './install.js';

const soname = /^lib[\w-]+\.so\.\d+$/;

/** NVIDIA's libraries beside TensorFlow's. */
function ownLibraries(root: string, host: Host): ReadonlySet<string> {
  const nvidia = join(librariesPath(root, 'cuda'), 'nvidia');
  const names = host.list(nvidia).flatMap((name) => host.list(join(nvidia, name, 'lib')));
  return new Set(names.filter((name) => soname.test(name)));
}

/** cuDNN for CUDA 13 has the same file names as the one for CUDA 12; what is around it tells them apart. */
function isCuda13(folder: string, host: Host): boolean {
  const site = /^(.*)\/nvidia\/\w+\/lib$/.exec(folder)?.[1];
  const wheels = site === undefined ? [] : host.list(site);
  const near = [folder, join(dirname(dirname(folder)), 'cu13', 'lib')].flatMap((path) => host.list(path));
  return (
    /cu(?:da-?)?13/.test(folder) ||
    wheels.some((name) => /^nvidia_cudnn_cu13-/.test(name)) ||
    near.some((name) => /^lib(?:cudart|cublas)\.so\.13$/.test(name))
  );
}

/** One gap for each folder of LD_LIBRARY_PATH that has a library of TensorFlow's; its RUNPATH comes after that variable. */
export function shadowedLibraries(root: string, host: Host): readonly Gap[] {
  const own = ownLibraries(root, host);
  const folders = (host.env.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => folder !== '');
  return folders.flatMap((folder) => {
    const shadowing = host.list(folder).filter((name) => own.has(name));
    if (shadowing.length === 0) return [];
    const named = shadowing.find((name) => name.startsWith('libcudnn.')) ?? shadowing[0];
    const cuda = isCuda13(folder, host) ? ' for CUDA 13' : '';
    return [
      {
        problem: `LD_LIBRARY_PATH names ${folder}, so the loader takes ${named}${cuda} from there, not the one for CUDA 12 that belongs to TensorFlow.`,
        fix: 'unset LD_LIBRARY_PATH  # or take that folder out of it; ONNX Runtime finds its libraries without it',
        runnable: true,
      },
    ];
  });
}
