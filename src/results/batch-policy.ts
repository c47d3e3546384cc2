/** The batch policy in `run.json`, and what older files hold in its place. */
import { z } from 'zod';

const positive = z.number().nonnegative();

/** As the engine was given it; an older file knows the batch and the wait alone. */
export const batchPolicySchema = z.looseObject({
  maxBatch: positive,
  maxWaitNs: positive.optional(),
  boundNs: positive.optional(),
  order: z.enum(['arrival', 'longest-first']).optional(),
  buckets: z.array(positive).readonly().optional(),
  padding: z.looseObject({ pad: z.enum(['longest', 'max']), maxLength: positive }).optional(),
});

/** `sut` of a document, either with a `batchPolicy` or as older versions wrote it. */
interface OlderSut {
  readonly batchPolicy?: unknown;
  readonly maxBatch?: unknown;
  readonly maxWaitMs?: unknown;
}

/**
 * A document as it was parsed, with a batch policy where it was written before there was one. In scenarios other than
 * Server the wait that such a file holds was never applied, so it is left out.
 */
export function withBatchPolicy(document: unknown): unknown {
  const { scenario, sut } = (document ?? {}) as { readonly scenario?: unknown; readonly sut?: OlderSut };
  if (!sut || typeof sut !== 'object' || sut.batchPolicy !== undefined || sut.maxBatch === undefined)
    return document;
  const { maxBatch, maxWaitMs, ...rest } = sut;
  const waits = scenario === 'Server' && typeof maxWaitMs === 'number';
  const batchPolicy = { maxBatch, ...(waits && { maxWaitNs: maxWaitMs * 1e6 }) };
  return { ...(document as object), sut: { ...rest, batchPolicy } };
}
