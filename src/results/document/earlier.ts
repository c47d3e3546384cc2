/** Brings a `run.json` of an earlier version into the shape of today's, so that nobody else needs to know of earlier ones. */
import { documentVersion } from './schema.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * `baremark-run/1` held warnings as plain sentences, and the fidelity of BERT and SSD as one object without its task.
 * Anything else is returned as it is, for the schema to judge.
 */
export function asToday(value: unknown): unknown {
  if (!isObject(value) || value.schema !== 'baremark-run/1') return value;
  return {
    ...value,
    schema: documentVersion,
    fidelity: isObject(value.fidelity) ? { task: taskOf(value.fidelity), ...value.fidelity } : value.fidelity,
    warnings: Array.isArray(value.warnings)
      ? value.warnings.map((message) => ({ kind: 'earlier-version', message }))
      : value.warnings,
  };
}

function taskOf(fidelity: Json): 'squad' | 'coco' {
  return 'equalSpans' in fidelity ? 'squad' : 'coco';
}

function isObject(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
