/** LoadGen's own outputs against ours, as `npm run conformance` compares them. */
import { describe, expect, it } from 'vitest';
import { hasShared, sharedPath } from '../helpers/shared.js';
import { checkEarlyStopping } from './early-stopping.js';
import { checkQueries } from './queries.js';
import type { CaseResult } from './report.js';
import { checkSummaries } from './summaries.js';

const folder = ['golden', 'loadgen-6.0.17'] as const;
const missing = !hasShared(...folder);
const reason = missing ? ' (skipped: the LoadGen references are not beside the project)' : '';
const failed = (results: CaseResult[]) => results.filter((result) => result.differences.length > 0);

describe(`LoadGen 6.0.17${reason}`, () => {
  it.skipIf(missing)('generates the same queries', () => {
    const results = checkQueries(sharedPath(...folder, 'queries.jsonl'));
    expect(failed(results)).toEqual([]);
    expect(results).toHaveLength(23);
  });

  it.skipIf(missing)('stops early at the same counts', () => {
    const results = checkEarlyStopping(sharedPath(...folder, 'early_stopping.csv'));
    expect(failed(results)).toEqual([]);
    expect(results).toHaveLength(95);
  });

  it.skipIf(missing)('prints the same summaries and log entries', () => {
    const results = checkSummaries(sharedPath(...folder));
    expect(failed(results)).toEqual([]);
    expect(results).toHaveLength(13);
  });
});
