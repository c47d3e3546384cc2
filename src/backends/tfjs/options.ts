/** The options of the tfjs backend, and what the process must have in its environment for them. */
import { readFileSync } from 'node:fs';
import { BaremarkError } from '../../base/errors.js';
import { flag, type OptionTypes, readOption, unknownOption, wholeFrom } from '../options.js';
import { tfjsBackend } from './devices.js';
import { isNative, type TfjsVariant } from './install.js';
import { libraryEnvironment } from './library.js';

export interface TfjsOptions {
  /** Threads that compute an operator: one pool for all instances of the process. */
  readonly intraOpThreads: number;
  /** Threads that take operators: one pool for all instances of the process. */
  readonly interOpThreads: number;
  /** Whether products of float32 may be computed in TensorFloat-32, as TensorFlow does on Ampere and later. */
  readonly tf32: boolean;
}

const threads = wholeFrom(1, 4096);

const types: OptionTypes<TfjsOptions> = { intraOpThreads: threads, interOpThreads: threads, tf32: flag };

/** @throws BaremarkError `BAD_OPTION` that names what is wrong */
export function readOptions(given: Readonly<Record<string, unknown>>): Partial<TfjsOptions> {
  const read: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(types, key)) throw unknownOption(tfjsBackend, key, Object.keys(types));
    read[key] = readOption<unknown>(tfjsBackend, key, types[key as keyof TfjsOptions], value);
  }
  return read as Partial<TfjsOptions>;
}

/** What TensorFlow reads, once in a process, when its library loads and its first session opens. */
export function optionEnvironment(
  variant: TfjsVariant,
  { intraOpThreads, interOpThreads, tf32 }: Partial<TfjsOptions>,
): Readonly<Record<string, string>> {
  if (!isNative(variant)) return {};
  return {
    ...libraryEnvironment(variant),
    ...(intraOpThreads === undefined ? {} : { TF_NUM_INTRAOP_THREADS: `${intraOpThreads}` }),
    ...(interOpThreads === undefined ? {} : { TF_NUM_INTEROP_THREADS: `${interOpThreads}` }),
    // cuBLAS and cuDNN read it; TensorFlow has no variable of its own.
    ...(tf32 === false ? { NVIDIA_TF32_OVERRIDE: '0' } : {}),
  };
}

/**
 * Sets the environment of this process, in its main thread; worker threads that start from then on have it too. Refuses
 * what can no longer be had because TensorFlow is loaded: it reads its environment once.
 * @throws BaremarkError `BAD_OPTION`
 */
export function setEnvironment(
  wanted: Readonly<Record<string, string>>,
  isLoaded: boolean = isLibraryLoaded(),
  env: NodeJS.ProcessEnv = process.env,
): void {
  for (const [name, value] of Object.entries(wanted)) {
    if (isLoaded && env[name] !== value)
      throw new BaremarkError(
        'BAD_OPTION',
        `TensorFlow runs in this process with ${name}=${env[name] ?? ''}, and it cannot change to ${value}; run baremark once for each.`,
      );
    env[name] = value;
  }
}

/** Whether any thread of this process has loaded TensorFlow. */
function isLibraryLoaded(): boolean {
  try {
    return readFileSync('/proc/self/maps', 'utf8').includes('/libtensorflow_cc.so');
  } catch {
    return false;
  }
}
