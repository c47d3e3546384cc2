/** The options of the simulated backend, given with `--backend-option`. */
import { flag, numberFrom, type OptionTypes, readOption, unknownOption, wholeFrom } from '../options.js';
import { backendName } from './devices.js';

/** Times are milliseconds. */
export interface SimulatedOptions {
  /** Service time of a batch, whatever its size. */
  readonly fixedMs: number;
  /** Further service time for each sample of the batch. */
  readonly perSampleMs: number;
  /** Service times vary evenly by as much as this, up and down. */
  readonly jitterMs: number;
  readonly seed: number;
  /** Answer at once: no waiting at all, for measuring the harness alone. */
  readonly instant: boolean;
  /** Fail every n-th batch; 0 for none. */
  readonly failEvery: number;
  /** Fail each batch with this probability, from 0 to 1; which ones follows from the seed. */
  readonly failShare: number;
  /** End the thread at the n-th batch, as a crashing driver would; 0 for never. */
  readonly dieAt: number;
  /** Never return from the n-th batch; 0 for never. */
  readonly hangAt: number;
}

const defaults: SimulatedOptions = {
  fixedMs: 1,
  perSampleMs: 0,
  jitterMs: 0,
  seed: 1,
  instant: false,
  failEvery: 0,
  failShare: 0,
  dieAt: 0,
  hangAt: 0,
};

/** An hour: no batch that anybody waits for takes longer. */
const time = numberFrom(0, 3_600_000);
const count = wholeFrom(0, 2 ** 32 - 1);

const types: OptionTypes<SimulatedOptions> = {
  fixedMs: time,
  perSampleMs: time,
  jitterMs: time,
  seed: count,
  instant: flag,
  failEvery: count,
  failShare: numberFrom(0, 1),
  dieAt: count,
  hangAt: count,
};

/** @throws BaremarkError `BAD_OPTION` */
export function simulatedOptions(given: Readonly<Record<string, unknown>>): SimulatedOptions {
  const read: Record<string, unknown> = { ...defaults };
  for (const [key, value] of Object.entries(given)) {
    if (!isOption(key)) throw unknownOption(backendName, key, Object.keys(types));
    read[key] = readOption<unknown>(backendName, key, types[key], value);
  }
  return read as unknown as SimulatedOptions;
}

function isOption(key: string): key is keyof SimulatedOptions {
  return Object.hasOwn(types, key);
}
