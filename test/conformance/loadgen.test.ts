/** LoadGen's own outputs against ours, as `npm run conformance` compares them. */
import { describe, expect, it } from 'vitest';
import { checkEarlyStopping } from './early-stopping.js';
import { checkQueries } from './queries.js';
import type { CaseResult } from './report.js';
import { checkSummaries } from './summaries.js';

const failed = (results: CaseResult[]) => results.filter((result) => result.differences.length > 0);

describe('LoadGen 6.0.17', () => {
  it('generates the same queries', () => {
    const results = checkQueries();
    expect(failed(results)).toEqual([]);
    expect(results).toHaveLength(23);
  });

  it('stops early at the same counts', () => {
    const results = checkEarlyStopping();
    expect(failed(results)).toEqual([]);
    expect(results).toHaveLength(95);
  });

  it('prints the same summaries and log entries', () => {
    const results = checkSummaries();
    expect(failed(results)).toEqual([]);
    expect(results).toHaveLength(13);
  });
});
