import { BaremarkError } from '../../src/base/errors.js';
import { UsageError } from '../conformance/report.js';

/** Rethrows bad input as wrong usage, which the conformance command tells in one sentence with exit code 2. */
export function badInputAsUsage(error: unknown): never {
  throw error instanceof BaremarkError ? new UsageError(error.message, { cause: error }) : error;
}
