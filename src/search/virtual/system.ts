/** `SYSTEM.yaml` of `baremark simulate`: a device, the bound it has to hold and the rules to search by, checked. */
import { z } from 'zod';
import type { DeviceModel } from '../../backends/simulated/device-model.js';
import { BaremarkError } from '../../base/errors.js';
import { show } from '../../base/suggest.js';
import type { LatencyBound } from '../../plan/types.js';
import { parseDuration } from '../../plan/values.js';
import { readYaml, type YamlFile } from '../../plan/yaml.js';

/** How long a run is: MLPerf's 600 s, or short ones for a first look. */
export type SearchRules = 'quick' | 'mlperf';

export interface VirtualSystem {
  readonly name: string;
  readonly bound: LatencyBound;
  readonly rules: SearchRules;
  readonly instances: number;
  readonly maxBatch: number;
  /** How long a batch is held back to fill up, nanoseconds; 0 for not at all. */
  readonly maxWaitNs: number;
  readonly device: DeviceModel;
  /** The peak, where the file knows it, queries per second; 0 where no rate holds. */
  readonly truth?: number;
}

/** Nanoseconds from `4ms`, `20s`, `1m`. */
const time = z.unknown().transform((input, context) => {
  const ms = ['string', 'number'].includes(typeof input) ? parseDuration(input) : undefined;
  if (ms === undefined) {
    context.issues.push({ code: 'custom', message: 'a duration such as 4ms or 20s', input });
    return z.NEVER;
  }
  return ms * 1e6;
});
const someTime = time.refine((ns) => ns > 0, 'a duration above 0, such as 4ms');
const wholeFrom = (least: number, most: number) =>
  z.int(`a whole number from ${least} to ${most}`).min(least).max(most);
const share = z.number().gt(0).max(1);

const schema = z.strictObject({
  name: z.string().min(1),
  bound: someTime,
  percentile: z.number().gt(0).lt(1).default(0.99),
  rules: z.enum(['quick', 'mlperf']).default('mlperf'),
  truth: z.number().min(0).optional(),
  device: z.strictObject({
    instances: wholeFrom(1, 1024).default(1),
    fixed: time,
    'per-sample': time.default(0),
    'max-batch': wholeFrom(1, 65_536).default(1),
    'max-wait': time.default(0),
    jitter: time.default(0),
    'tail-sigma': z.number().min(0).max(5).default(0),
    slice: z.strictObject({ period: someTime, share }).optional(),
    stalls: z.strictObject({ every: someTime, for: someTime }).optional(),
    drift: z.strictObject({ period: someTime, amplitude: z.number().min(0).lt(1) }).optional(),
  }),
});

/** Reads a system's file. @throws BaremarkError `BAD_YAML` with the line, the value and what it must be */
export function readVirtualSystem(path: string): VirtualSystem {
  const file = readYaml(path);
  const checked = schema.safeParse(file.value);
  if (!checked.success) throw faulty(file, checked.error.issues[0]!);
  const { name, bound, percentile, rules, truth, device } = checked.data;
  const model: DeviceModel = {
    fixedNs: device.fixed,
    perSampleNs: device['per-sample'],
    jitterNs: device.jitter,
    tailSigma: device['tail-sigma'],
    slice: device.slice && { periodNs: device.slice.period, share: device.slice.share },
    stalls: device.stalls && { everyNs: device.stalls.every, forNs: device.stalls.for },
    drift: device.drift && { periodNs: device.drift.period, amplitude: device.drift.amplitude },
  };
  if (model.fixedNs + model.perSampleNs <= 0)
    throw new BaremarkError(
      'BAD_YAML',
      `${file.place(['device'])}: the device takes no time at all; give fixed or per-sample.`,
    );
  return {
    name,
    bound: { ns: bound, percentile },
    rules,
    instances: device.instances,
    maxBatch: device['max-batch'],
    maxWaitNs: device['max-wait'],
    device: model,
    truth,
  };
}

function faulty(file: YamlFile, issue: z.core.$ZodIssue): BaremarkError {
  const keys = issue.path as (string | number)[];
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    return new BaremarkError(
      'BAD_YAML',
      `${file.place([...keys, key])}: nobody knows ${show(key)} here; remove it, or correct its name.`,
    );
  }
  const value = keys.reduce<unknown>(
    (at, key) => (at as Record<string, unknown> | undefined)?.[key],
    file.value,
  );
  return new BaremarkError(
    'BAD_YAML',
    `${file.place(keys)}: ${keys.join('.') || 'the file'} is ${show(value)}; it must be ${issue.message}.`,
  );
}
