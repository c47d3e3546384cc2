/** What every conformance check returns and how it is told. */

import { BaremarkError } from '../../src/base/errors.js';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Wrong usage or an unreadable reference: one sentence, exit code 2. */
export class UsageError extends BaremarkError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('BAD_OPTION', message, options);
  }
}

/** One case compared with its reference; it passed where there are no differences. */
export interface CaseResult {
  readonly name: string;
  readonly differences: readonly string[];
}

/** Prints each failed case in one line and counts. */
export function report(results: readonly CaseResult[]): Counts {
  let failed = 0;
  for (const { name, differences } of results) {
    if (differences.length === 0) continue;
    failed++;
    console.log(`FAILED ${name}: ${differences.join('; ')}`.replaceAll('\n', '\\n'));
  }
  return { passed: results.length - failed, failed };
}
