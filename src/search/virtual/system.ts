/** `SYSTEM.yaml` of `baremark simulate`: a device, the bound it has to hold and the rules to search by, checked. */
import { z } from 'zod';
import type { DeviceModel } from '../../backends/simulated/device-model.js';
import { BaremarkError } from '../../base/errors.js';
import type { LatencyBound } from '../../plan/types.js';
import { checkedYaml, map, readYaml, type YamlFile } from '../../plan/yaml.js';

export interface VirtualSystem {
  readonly name: string;
  readonly bound: LatencyBound;
  /** How long a run is: MLPerf's 600 s, or 10 s for a first look. */
  readonly rules: 'quick' | 'mlperf';
  readonly instances: number;
  readonly maxBatch: number;
  /** How long a batch is held back to fill up, nanoseconds; 0 for not at all. */
  readonly maxWaitNs: number;
  readonly device: DeviceModel;
  /** The peak, where the file knows it, queries per second; 0 where no rate holds. */
  readonly truth?: number;
}

const nsPerUnit = { us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 } as const;

/** Nanoseconds from `4ms`, `20us`, `1m` or `20` (seconds), as `run` reads durations but finer. */
function nsOf(input: string | number): number | undefined {
  const match = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*(us|ms|s|m|h)?$/i.exec(String(input).trim());
  if (match === null) return undefined;
  const [, digits, exponent = '', unit = 's'] = match;
  const ns = Number(digits + exponent) * nsPerUnit[unit.toLowerCase() as keyof typeof nsPerUnit];
  return ns <= longestNs ? ns : undefined;
}

/** What counts nanoseconds exactly. */
const longestNs = 104 * 24 * nsPerUnit.h;

const timeWhere = (must: string, fits: (ns: number) => boolean) =>
  z.union([z.string(), z.number()], must).transform(nsOf).pipe(z.number(must).refine(fits, must));
const time = timeWhere('a duration such as 4ms or 20s', () => true);
const someTime = timeWhere('a duration above 0, such as 4ms or 20s', (ns) => ns > 0);
const stallGap = timeWhere('a duration of at least 1ms, such as 20s', (ns) => ns >= nsPerUnit.ms);

const whole = (most: number) => {
  const must = `a whole number from 1 to ${most}`;
  return z.int(must).min(1, must).max(most, must);
};

const number = (must: string, fits: (value: number) => boolean) => z.number(must).refine(fits, must);
const between = (low: number, high: number) => (value: number) => value > low && value < high;

const schema = map({
  name: z.string('a name').regex(/\S/, 'a name'),
  bound: someTime,
  percentile: number('a share above 0 and below 1, such as 0.99', between(0, 1)).default(0.99),
  rules: z.enum(['quick', 'mlperf'], 'quick or mlperf').default('mlperf'),
  truth: number('a rate of at least 0', (qps) => qps >= 0).optional(),
  device: map({
    instances: whole(256).default(1),
    fixed: time.default(0),
    'per-sample': time.default(0),
    'max-batch': whole(65_536).default(1),
    'max-wait': time.default(0),
    jitter: time.default(0),
    'tail-sigma': number('a number from 0 to 5', (sigma) => sigma >= 0 && sigma <= 5).default(0),
    slice: map({
      period: someTime,
      share: number('a share from 0.001 to 1', (share) => share >= 0.001 && share <= 1),
    }).optional(),
    stalls: map({ every: stallGap, for: someTime }).optional(),
    drift: map({
      period: someTime,
      amplitude: number('a share from 0 to below 1', (share) => share >= 0 && share < 1),
    }).optional(),
  }),
});

/** A search asks for several times as many queries in a burst, and keeps them in memory. */
const mostAtOnce = 2 ** 17;

/** Reads a system's file. @throws BaremarkError `BAD_YAML` with the line, the value and what it must be */
export function readVirtualSystem(path: string): VirtualSystem {
  return virtualSystemOf(readYaml(path));
}

/** A system from what a file says. @throws BaremarkError `BAD_YAML` */
export function virtualSystemOf(file: YamlFile): VirtualSystem {
  const { name, bound, percentile, rules, truth, device } = checkedYaml(file, schema);
  const { slice, stalls, drift } = device;
  if (device.fixed + device['per-sample'] === 0)
    throw new BaremarkError(
      'BAD_YAML',
      `${file.place(['device'])}: device takes no time at all; give fixed or per-sample, such as fixed: 4ms.`,
    );
  const atOnce = device.instances * device['max-batch'];
  if (atOnce > mostAtOnce)
    throw new BaremarkError(
      'BAD_YAML',
      `${file.place(['device', 'max-batch'])}: device serves ${atOnce} queries at once; instances times max-batch must be at most ${mostAtOnce}.`,
    );
  return {
    name,
    bound: { ns: bound, percentile },
    rules,
    instances: device.instances,
    maxBatch: device['max-batch'],
    maxWaitNs: device['max-wait'],
    device: {
      fixedNs: device.fixed,
      perSampleNs: device['per-sample'],
      jitterNs: device.jitter,
      tailSigma: device['tail-sigma'],
      slice: slice && { periodNs: slice.period, share: slice.share },
      stalls: stalls && { everyNs: stalls.every, forNs: stalls.for },
      drift: drift && { periodNs: drift.period, amplitude: drift.amplitude },
    },
    truth,
  };
}
