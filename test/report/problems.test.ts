/** A submission of an early round has one fault many times over: that is one thing to read. */
import { describe, expect, it } from 'vitest';
import { problemLines } from '../../src/report/text/problems.js';

const missing = (run: number) => `/data/box/bert-99/Server/performance/run_${run}/detail.txt is missing.`;
const falls = '/data/box/bert-99/Server/performance/run_9/summary.txt has latencies that do not rise.';

describe('problems of a results folder', () => {
  it('are one line with a count where there are many of one kind', () => {
    const many = Array.from({ length: 18 }, (_, i) => missing(i + 1));
    expect(problemLines([...many.slice(0, 9), falls, ...many.slice(9)])).toEqual([
      `${missing(1)} The same holds for 17 others.`,
      falls,
    ]);
  });

  it('are all named where there are few', () => {
    const few = [missing(1), missing(2), missing(3), falls];
    expect(problemLines(few)).toEqual(few);
  });
});
