/** Reads and checks `run.json`, so that a half-written or foreign one never gives a number. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { BaremarkError, hasErrno, messageOf } from '../base/errors.js';
import { batchPolicySchema, withBatchPolicy } from './batch-policy.js';
import { scenarioNames } from './layout.js';
import type { RunDocument } from './types.js';

const text = z.string();
const positive = z.number().nonnegative();
/** Null stands for NaN, which JSON has no form for: a run that was cut off before anything completed has no latency. */
const measure = z.number().nonnegative().nullable();
const scenario = z.enum(scenarioNames as [string, ...string[]]);
const reasons = z.array(text).readonly();

const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('valid') }),
  z.object({ kind: z.literal('invalid'), reasons }),
  z.object({ kind: z.literal('aborted'), reasons }),
]);

const result = z.looseObject({
  value: measure,
  unit: z.enum(['samples/s', 'ms']),
  completedSamplesPerSecond: measure,
  scheduledSamplesPerSecond: measure.optional(),
  latencyMs: z.looseObject({
    p50: measure,
    p90: measure,
    p95: measure,
    p97: measure,
    p99: measure,
    p999: measure,
    min: measure,
    max: measure,
    mean: measure,
  }),
  boundMs: positive.optional(),
  targetQps: positive.optional(),
  queries: positive,
  samples: positive,
  failed: positive,
  durationS: positive,
  minDurationS: positive,
});

/** What is read by name further on; everything else passes through as it is. */
const document = z
  .looseObject({
    schema: z.literal('baremark-run/1'),
    system: text,
    benchmark: text,
    scenario,
    mode: z.enum(['PerformanceOnly', 'AccuracyOnly']),
    startedAt: text,
    outcome,
    result,
    accuracy: z
      .looseObject({
        metric: text,
        value: z.number(),
        target: z.number().optional(),
        met: z.boolean().optional(),
      })
      .optional(),
    sut: z.looseObject({
      backend: text,
      backendVersion: text,
      provider: text,
      devices: z.array(text),
      instances: positive,
      batchPolicy: batchPolicySchema,
      precision: text,
    }),
    model: z.looseObject({ name: text, weights: text }),
    dataset: z.looseObject({ name: text, hash: text }),
    settings: z.record(text, z.unknown()),
    versions: z.record(text, text),
    warnings: z.array(text),
  })
  .refine((run) => run.outcome.kind !== 'valid' || unknowns(run.result).length === 0, {
    error: 'a valid run has every figure',
    path: ['result'],
  });

type Figures = Readonly<Record<string, unknown>>;

/** The figures that are null, as paths below `result`. */
function unknowns(result: Figures): string[] {
  const latency = Object.entries((result.latencyMs ?? {}) as Figures);
  return [...Object.entries(result), ...latency]
    .filter(([, figure]) => figure === null)
    .map(([name]) => name);
}

/**
 * `run.json` as text. Throws a `TypeError` where it could not be read back: an impossible value is a bug in what made it.
 */
export function formatDocument(value: RunDocument): string {
  const json = JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? String(field) : field), 2);
  const checked = document.safeParse(JSON.parse(json));
  if (!checked.success) throw new TypeError(`This run cannot be written: ${issueText(checked.error)}.`);
  return `${json}\n`;
}

/**
 * Reads a run's document.
 * @throws BaremarkError BAD_RESULTS for one that is missing, half-written, of another version or with impossible values
 */
export async function readDocument(path: string): Promise<RunDocument> {
  let value: unknown;
  try {
    value = withBatchPolicy(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const why = hasErrno(error, 'ENOENT') ? 'it is missing' : messageOf(error);
    throw bad(path, `is not JSON or half-written (${why}); remove it or run again`, error);
  }
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (schema !== 'baremark-run/1')
    throw bad(
      path,
      `has the schema ${JSON.stringify(schema) ?? 'undefined'} where this baremark reads "baremark-run/1"; read it with the version that wrote it`,
    );
  const checked = document.safeParse(value);
  if (!checked.success) throw bad(path, `is not a run's document: ${issueText(checked.error)}`);
  return withNaN(value as RunDocument);
}

function withNaN(run: RunDocument): RunDocument {
  const fill = <T extends object>(figures: T): T =>
    Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, figure ?? Number.NaN])) as T;
  return { ...run, result: { ...fill(run.result), latencyMs: fill(run.result.latencyMs) } };
}

function bad(path: string, what: string, cause?: unknown): BaremarkError {
  return new BaremarkError('BAD_RESULTS', `${path} ${what}.`, { cause });
}

function issueText(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'the document'}: ${issue.message}`)
    .join('; ');
}
