/** The options of the simulated backend, given with `--backend-option`. */
import { BaremarkError } from '../../base/errors.js';
import {
  flag,
  numberFrom,
  type OptionType,
  type OptionTypes,
  readOption,
  unknownOption,
  wholeFrom,
} from '../options.js';
import type { DeviceModel } from './device-model.js';
import { backendName } from './devices.js';

/** Times are milliseconds. */
export interface SimulatedOptions {
  /** Service time of a batch, whatever its size. */
  readonly fixedMs: number;
  /** Further service time for each sample of the batch. */
  readonly perSampleMs: number;
  /** Service times vary evenly by as much as this, up and down. */
  readonly jitterMs: number;
  /** Service times are multiplied by exp(σz − σ²/2), z standard normal: a tail; 0 for none. */
  readonly tailSigma: number;
  /** The device works only in the first `sliceShare` of each period; 0 for always. */
  readonly slicePeriodMs: number;
  readonly sliceShare: number;
  /** At exponentially distributed times, with this mean between them, the device stands still; 0 for never. */
  readonly stallEveryMs: number;
  readonly stallForMs: number;
  /** Service times rise and fall by this share, once in each period; 0 for not at all. */
  readonly driftPeriodMs: number;
  readonly driftAmplitude: number;
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
  tailSigma: 0,
  slicePeriodMs: 0,
  sliceShare: 1,
  stallEveryMs: 0,
  stallForMs: 0,
  driftPeriodMs: 0,
  driftAmplitude: 0,
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

/** 0, or a number that is not so small that drawing all stalls since the start would take long. */
function noneOrFrom(least: number, most: number): OptionType<number> {
  const { must, read } = numberFrom(least, most);
  return { must: `0 or ${must}`, read: (given) => (Number(given) === 0 ? 0 : read(given)) };
}

const types: OptionTypes<SimulatedOptions> = {
  fixedMs: time,
  perSampleMs: time,
  jitterMs: time,
  tailSigma: numberFrom(0, 5),
  slicePeriodMs: time,
  sliceShare: numberFrom(0.001, 1),
  stallEveryMs: noneOrFrom(1, 3_600_000),
  stallForMs: time,
  driftPeriodMs: time,
  driftAmplitude: numberFrom(0, 0.99),
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
  const options = read as unknown as SimulatedOptions;
  for (const [key, without, partner] of pairs)
    if (options[key] !== without && options[partner] === defaults[partner])
      throw new BaremarkError(
        'BAD_OPTION',
        `The ${backendName} backend's option ${key} has no effect without ${partner}; give both.`,
      );
  return options;
}

/** Options that do nothing alone: the value at which the first does nothing, and what it needs. */
const pairs = [
  ['slicePeriodMs', 0, 'sliceShare'],
  ['sliceShare', 1, 'slicePeriodMs'],
  ['stallEveryMs', 0, 'stallForMs'],
  ['stallForMs', 0, 'stallEveryMs'],
  ['driftPeriodMs', 0, 'driftAmplitude'],
  ['driftAmplitude', 0, 'driftPeriodMs'],
] as const;

/** The device that these options describe. */
export function deviceModelOf(options: SimulatedOptions): DeviceModel {
  const ns = (ms: number) => ms * 1e6;
  const { slicePeriodMs, sliceShare, stallEveryMs, stallForMs, driftPeriodMs, driftAmplitude } = options;
  return {
    fixedNs: ns(options.fixedMs),
    perSampleNs: ns(options.perSampleMs),
    jitterNs: ns(options.jitterMs),
    tailSigma: options.tailSigma,
    slice: slicePeriodMs > 0 ? { periodNs: ns(slicePeriodMs), share: sliceShare } : undefined,
    stalls: stallEveryMs > 0 ? { everyNs: ns(stallEveryMs), forNs: ns(stallForMs) } : undefined,
    drift: driftPeriodMs > 0 ? { periodNs: ns(driftPeriodMs), amplitude: driftAmplitude } : undefined,
  };
}

function isOption(key: string): key is keyof SimulatedOptions {
  return Object.hasOwn(types, key);
}
