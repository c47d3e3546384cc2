/** Brings a `run.json` of an earlier version into the shape of today's, so that nobody else needs to know of earlier ones. */
import { documentVersion } from './schema.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * `baremark-run/1` held warnings as plain sentences, the fidelity of BERT and SSD as one object without its task, and of
 * batching the largest batch and the wait alone. Anything else is returned as it is, for the schema to judge.
 */
export function asToday(value: unknown): unknown {
  if (!isObject(value) || value.schema !== 'baremark-run/1') return value;
  return {
    ...value,
    schema: documentVersion,
    sut: isObject(value.sut) ? sutOf(value.sut, value.scenario) : value.sut,
    batching: isObject(value.batching) ? batchingOf(value.batching) : value.batching,
    fidelity: isObject(value.fidelity) ? { task: taskOf(value.fidelity), ...value.fidelity } : value.fidelity,
    warnings: Array.isArray(value.warnings)
      ? value.warnings.map((message) => ({ kind: 'earlier-version', message }))
      : value.warnings,
  };
}

/** Where the scenario is not Server, the wait that such a file holds was never applied, so it is left out. */
function sutOf({ maxBatch, maxWaitMs, ...sut }: Json, scenario: unknown): Json {
  const waits = scenario === 'Server' && typeof maxWaitMs === 'number';
  return { batchPolicy: { maxBatch, ...(waits && { maxWaitNs: maxWaitMs * 1e6 }) }, ...sut };
}

function batchingOf({ filling, hurried, ...batching }: Json): Json {
  const bucketFill = isObject(filling)
    ? { batches: filling.filled, fixedNs: filling.fixedNs, tokenNs: filling.tokenNs }
    : undefined;
  return { bucketFill, dispatchedEarly: hurried, ...batching };
}

function taskOf(fidelity: Json): 'squad' | 'coco' {
  return 'equalSpans' in fidelity ? 'squad' : 'coco';
}

function isObject(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
