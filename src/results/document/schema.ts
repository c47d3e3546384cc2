/** `run.json`, everything about one run that is not a row of its record: the one definition, from which its types are taken. */
import { z } from 'zod';
import type { DeepReadonly } from '../../base/deep-readonly.js';
import { amount, figure } from '../../base/figure-schema.js';
import { scenarios } from '../../loadgen/settings/settings.js';
import { fingerprintSchema } from '../../system/fingerprint-schema.js';
import { telemetrySchema } from '../../system/telemetry/summary-schema.js';
import { fidelity } from './fidelity.js';
import { peakSchema } from './peak.js';
import { warning } from './warnings.js';

export const documentVersion = 'baremark-run/2';

const text = z.string();
const reasons = z.array(text);

/** A run that was cut short is aborted, never valid. */
const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('valid') }),
  z.object({ kind: z.literal('invalid'), reasons }),
  z.object({ kind: z.literal('aborted'), reasons }),
]);

const latencyPercentiles = z.object({
  p50: amount,
  p90: amount,
  p95: amount,
  p97: amount,
  p99: amount,
  p999: amount,
});

/** Of LoadGen's rules over the completed samples. NaN: a run that was cut off before anything completed has no latency. */
const result = z.object({
  /** `samples/s` (Offline, Server), or `ms` for the stream scenarios (LoadGen's headline latency). */
  value: amount,
  unit: z.enum(['samples/s', 'ms']),
  completedSamplesPerSecond: amount,
  scheduledSamplesPerSecond: amount.optional(),
  latencyMs: latencyPercentiles.extend({ min: amount, max: amount, mean: amount }),
  boundMs: amount.optional(),
  targetQps: amount.optional(),
  /** Queries issued. */
  queries: amount,
  /** Samples completed. */
  samples: amount,
  failed: amount,
  durationS: amount,
  minDurationS: amount,
  /** Where the rate is the highest that holds, as a search found it. */
  peak: peakSchema.optional(),
});

/** How late the issuer was: issued − scheduled, nanoseconds. */
const lateness = z.object({
  p50Ns: figure,
  p99Ns: figure,
  maxNs: figure,
  /** Share of queries issued later than 1% of the latency bound; absent where there is no bound. */
  shareOver1PercentOfBound: amount.optional(),
  waitMode: text,
});

const batching = z.object({
  batches: amount,
  meanSize: amount,
  /** Batches by size: `[size, count]`, ascending. */
  sizes: z.array(z.tuple([amount, amount])),
  /** Padded tokens that were computed for nothing ÷ all tokens computed; absent where shapes are fixed. */
  paddingWaste: figure.optional(),
  /** Where batches could be filled from neighbouring length buckets: how many were, and what batches were seen to cost. */
  bucketFill: z.object({ batches: amount, fixedNs: figure, tokenNs: figure }).optional(),
  /**
   * Where samples could be held back: batches that were neither full nor held back as long as allowed, because the
   * latency bound came near.
   */
  dispatchedEarly: amount.optional(),
});

const accuracy = z.object({
  metric: text,
  value: figure,
  /** The benchmark's quality target, in the metric's own unit, and whether it is met; absent where it has none. */
  target: figure.optional(),
  met: z.boolean().optional(),
});

/** How samples were grouped into batches, as the engine was given it; of an older file the batch and the wait alone. */
const batchPolicy = z.object({
  maxBatch: amount,
  maxWaitNs: amount.optional(),
  boundNs: amount.optional(),
  order: z.enum(['arrival', 'longest-first']).optional(),
  buckets: z.array(amount).optional(),
  padding: z.object({ pad: z.enum(['longest', 'max']), maxLength: amount }).optional(),
});

const sut = z.object({
  backend: text,
  backendVersion: text,
  provider: text,
  /**
   * Nodes of the model by the execution provider that runs them, and the kinds of operators that the CPU runs among
   * them; absent on the CPU and of backends that do not tell.
   */
  placement: z
    .union([
      z.object({ nodes: z.record(text, amount), onCpu: z.array(text) }),
      z.object({ unavailable: text }),
    ])
    .optional(),
  devices: z.array(text),
  /** On all devices together. */
  instances: amount,
  batchPolicy,
  precision: text,
  options: z.record(text, z.unknown()),
  /** Environment variables that were set and can change what is measured; not in older files. */
  environment: z.record(text, text).optional(),
  /** Batches that each instance ran before the clock started; this and the next three are not in older files. */
  warmup: amount.optional(),
  /** Cores that no inference thread needs; below 0 where there are more threads than cores. */
  freeCores: figure.optional(),
  /** Niceness of the inference threads. */
  nice: figure.optional(),
  /** How long an instance without work looked for more before it slept. */
  idleSpinNs: amount.optional(),
  /** The file of `baremark tune` that instances, batch or wait were taken from. */
  tuned: text.optional(),
});

const model = z.object({
  name: text,
  file: text.optional(),
  sha256: text.optional(),
  weights: text,
  /** The choices of `--graph-option`, as they were made or left; absent where the model is a file. */
  graph: z.record(text, text).optional(),
});

const dataset = z.object({
  name: text,
  hash: text,
  totalSampleCount: amount,
  performanceSampleCount: amount,
});

/** Times are milliseconds unless named otherwise. Keys that are not named here are left as they are. */
export const documentSchema = z
  .object({
    schema: z.literal(documentVersion),
    system: text,
    /** MLPerf benchmark with quality target, e.g. `bert-99`, `bert-99.9`, `ssd-resnet34`; siblings are named as they are, e.g. `bert-tiny`. */
    benchmark: text,
    scenario: z.enum(scenarios),
    mode: z.enum(['PerformanceOnly', 'AccuracyOnly']),
    /** SHA-256 of everything that defined the run before it started: a plan that is resumed finds its finished runs by it. */
    identity: text.optional(),
    startedAt: text,
    outcome,
    result,
    lateness: lateness.optional(),
    batching: batching.optional(),
    accuracy: accuracy.optional(),
    /** How close the answers are to those of the same model in FP32 on the CPU; where an accuracy run asked for it. */
    fidelity: fidelity.optional(),
    sut,
    model,
    dataset,
    /** LoadGen's effective settings, by LoadGen's names. */
    settings: z.record(text, z.unknown()),
    versions: z.record(text, text),
    fingerprint: fingerprintSchema.optional(),
    telemetry: telemetrySchema.optional(),
    warnings: z.array(warning),
  })
  .refine(({ outcome, result }) => outcome.kind !== 'valid' || isWhole(result), {
    error: 'a valid run has every figure',
    path: ['result'],
  });

/** Whether no figure is NaN. */
function isWhole({ latencyMs, peak: _, ...figures }: z.infer<typeof result>): boolean {
  return ![...Object.values(figures), ...Object.values(latencyMs)].some(Number.isNaN);
}

export type RunDocument = DeepReadonly<z.infer<typeof documentSchema>>;
/** valid | invalid | aborted, with reasons; a run that was cut short is aborted, never valid. */
export type Outcome = DeepReadonly<z.infer<typeof outcome>>;
export type LatencyPercentiles = DeepReadonly<z.infer<typeof latencyPercentiles>>;
/** Lateness of the issuer in a run. */
export type Lateness = DeepReadonly<z.infer<typeof lateness>>;
