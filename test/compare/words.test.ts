/** What a comparison says, sentence by sentence. */
import { describe, expect, it } from 'vitest';
import { comparisonSentence, verdictText } from '../../src/compare/sentence.js';
import type { NoIntervalReason, PairComparison, Property, Verdict } from '../../src/compare/types.js';
import {
  comparedAllTheSame,
  differentHeadlines,
  filesDisagree,
  leftOut,
  mustMatchButDiffer,
  noCommonFigure,
  noInterval,
  notAlternating,
  notValid,
  onlyRequestedRates,
  rangeSentence,
  requestedRates,
  tokenNote,
  tooFewForDrift,
  undecided,
} from '../../src/compare/words.js';

describe('why there is no interval', () => {
  it.each<[NoIntervalReason, string]>([
    ['published logs', 'published logs hold one run each and no record of its queries'],
    ['single run on one side', 'one side has only one run'],
    ['single runs outside Offline', 'each side has one run, and only Offline runs can be resampled'],
    ['no record of queries', 'each side has one run, and at least one of them has no record of its queries'],
    ['too few steps', 'the runs completed in too few steps to be resampled'],
    ['too few latencies', 'too few independent latencies lie above it in runs this short'],
    ['no peak', 'there is no highest rate on both sides'],
    [
      'no interval of its own',
      'each side has one search, and at least one of them does not say how sure it is',
    ],
  ])('%s', (reason, why) => expect(noInterval(reason)).toEqual({ kind: 'none', reason, why }));
});

describe('verdicts in words', () => {
  it('say why nothing is decided, with the margin and the repeats that are missing', () => {
    const kind = 'undecided';
    expect(undecided('published logs', 0.05)).toEqual({
      kind,
      reason: 'published logs',
      why: 'published logs do not show how much runs vary',
    });
    expect(undecided('single runs', 0.05, 2)).toEqual({
      kind,
      reason: 'single runs',
      why: 'a single run per side does not show how much runs vary',
      moreRepeats: 2,
    });
    const why = (reason: Parameters<typeof undecided>[0]) =>
      (undecided(reason, 0.025) as { why: string }).why;
    expect(why('slower, by how much is open')).toBe(
      'slower than the baseline, but perhaps by no more than 2.5%',
    );
    expect(why('faster, by how much is open')).toBe(
      'faster than the baseline, but perhaps by no more than 2.5%',
    );
    expect(why('interval beyond the margin')).toBe('the interval extends beyond the margin of 2.5%');
  });

  const unlike = (label: string, within?: 'the baseline') =>
    ({
      field: label,
      label,
      baseline: { value: '1' },
      candidate: { value: '2' },
      severity: 'must match',
      within,
    }) as const;

  it('say what must match but differs, one thing or several', () => {
    expect(mustMatchButDiffer([unlike('precision')])).toEqual({
      kind: 'not comparable',
      reason: 'must match but differ',
      why: 'precision must match but differs',
    });
    expect(mustMatchButDiffer([unlike('a'), unlike('b', 'the baseline')])).toMatchObject({
      why: 'a, b (among the runs of the baseline) must match but differ',
    });
  });

  it('say which files disagree, the first sentence and how many more', () => {
    expect(filesDisagree('run_1', ['One. Two.'])).toEqual({
      kind: 'not comparable',
      reason: 'files disagree',
      why: 'the files of run_1 disagree: One. Two',
    });
    expect(filesDisagree('run_1', ['One. And.', 'Two.', 'Three.'])).toMatchObject({
      why: 'the files of run_1 disagree: One. And (and 2 more)',
    });
    expect(comparedAllTheSame('run_1', ['One.'])).toBe(
      'The files of run_1 disagree, and the pair was compared all the same: One.',
    );
  });

  it('say what is not VALID, and why', () => {
    const reasons = ['Too short.', '3 queries failed.', 'v1.1 only'];
    expect(notValid({ kind: 'aborted', reasons })).toEqual({
      kind: 'not comparable',
      reason: 'not VALID',
      why: 'one side is ABORTED: Too short; 3 queries failed; v1.1 only',
    });
  });

  it('in a few words', () => {
    expect(verdictText({ kind: 'slower' })).toBe('slower');
    expect(onlyRequestedRates(true)).toMatchObject({ kind: 'not comparable', reason: 'requested rates' });
    expect(verdictText(onlyRequestedRates(true))).toBe(
      'not comparable: these are requested rates, and neither system is known to be at its highest',
    );
    const open = { kind: 'undecided', reason: 'single runs', why: 'so it is' } as const;
    expect(verdictText(open)).toBe('undecided: so it is');
    expect(verdictText({ ...open, moreRepeats: 1 })).toBe(
      'undecided: so it is; 1 more repeat per side would settle it',
    );
    expect(verdictText({ ...open, moreRepeats: 2 })).toBe(
      'undecided: so it is; 2 more repeats per side would settle it',
    );
  });
});

describe('notes', () => {
  it('count what was left out', () => {
    expect(leftOut(1, 4, 'vm')).toBe('1 of 4 runs of vm is not VALID and was left out.');
    expect(leftOut(2, 4, 'vm')).toBe('2 of 4 runs of vm are not VALID and were left out.');
  });

  it('say what was compared, and what could not be', () => {
    expect(differentHeadlines('completed samples/s')).toBe(
      'The two rounds headline different rates, so completed samples/s are compared.',
    );
    expect(noCommonFigure.why).toBe('the two sides have no figure above 0 in common');
    expect(tooFewForDrift).toBe(
      'With fewer than three runs per side, drift cannot be told apart from a difference.',
    );
    expect(notAlternating).toBe(
      'The runs of the two sides did not alternate in time, so drift of a machine would look like a difference.',
    );
  });

  it('say the requested rates, or that they are one', () => {
    expect(requestedRates(10, 12)).toBe('Requested: 10 and 12 queries/s.');
    expect(requestedRates(10, 10)).toBe(
      'Both were asked for 10 queries/s, so the ratio says nothing; compare the latencies.',
    );
  });

  it('give the ratio of tokens as that of a rate, and of latencies the other way round', () => {
    expect(tokenNote('Tokens/s', 1000, 900)).toBe('Tokens/s: 1000 and 900, a ratio of 0.900.');
    expect(tokenNote('TTFT p99', 90.12345678, 100)).toBe('TTFT p99: 90.123 ms and 100 ms, a ratio of 0.901.');
    expect(tokenNote('TPOT p99', 5, 4)).toBe('TPOT p99: 5 ms and 4 ms, a ratio of 1.250.');
  });

  it('say how far published results are apart', () => {
    const range = { accelerator: 'A100', results: 3, lowest: 100, highest: 125, baseline: 110.25 };
    const rest =
      'differ by up to 25.0% (3 results, 100.0 to 125.0 samples/s per accelerator; this baseline: 110.3).';
    expect(rangeSentence({ ...range, round: '1.1' })).toBe(
      `Published bare-metal results for A100 in round 1.1 ${rest}`,
    );
    expect(rangeSentence(range)).toBe(`Published bare-metal results for A100 over all rounds ${rest}`);
  });
});

describe('the sentence of a comparison', () => {
  const pair = (
    kind: Verdict['kind'],
    ratio: number | undefined,
    more: Partial<PairComparison> & { why?: string } = {},
  ) =>
    ({
      benchmark: 'bert-99',
      scenario: 'Offline',
      ratio,
      ...more,
      verdict: { kind, ...(more.why !== undefined && { why: more.why }) },
    }) as PairComparison;
  const sentence = (pairs: readonly PairComparison[], properties?: readonly Property[]) =>
    comparisonSentence('bare', 'vm', pairs, 5, properties);

  it('says what one pair, or all of them, came to', () => {
    expect(sentence([pair('equivalent', 0.98)])).toBe(
      'vm is equivalent to bare within 5% on one Offline pair: it keeps 0.980 of its performance.',
    );
    expect(sentence([pair('slower', 0.8), pair('slower', 0.75)])).toBe(
      'vm is slower than bare by more than 5% on 2 Offline pairs: it keeps 0.750 to 0.800 of its performance.',
    );
    expect(sentence([pair('faster', 1.2), pair('faster', 1.3, { scenario: 'SingleStream' })])).toBe(
      'vm is faster than bare by more than 5% on 2 pairs: it reaches 1.200 to 1.300 of its performance.',
    );
  });

  it('says why nothing is decided, each reason once', () => {
    const why = 'the interval is wide';
    expect(sentence([pair('undecided', 1, { why }), pair('undecided', 1, { why })])).toBe(
      'vm keeps 1.000 of bare over 2 Offline pairs; whether that is within 5% is undecided: the interval is wide.',
    );
    expect(sentence([pair('not comparable', 1, { why: 'a' }), pair('not comparable', 1, { why: 'b' })])).toBe(
      'vm and bare are not comparable on 2 Offline pairs: a; b.',
    );
  });

  it('counts what differs from pair to pair, and names a few of them', () => {
    expect(
      sentence([
        pair('equivalent', 1),
        pair('slower', 0.9, { benchmark: 'ssd' }),
        pair('slower', 0.8, { benchmark: 'gpt' }),
        pair('slower', 0.7),
      ]),
    ).toBe(
      'vm keeps 0.700 to 1.000 of bare over 4 Offline pairs: 1 equivalent (bert-99 Offline), 3 slower, at a margin of 5%.',
    );
    expect(
      sentence([pair('faster', 1.2), pair('undecided', 1), pair('not comparable', 1), pair('faster', 1.2)]),
    ).toBe(
      'vm keeps 1.000 to 1.200 of bare over 4 Offline pairs: 2 faster (bert-99 Offline, bert-99 Offline), 1 undecided (bert-99 Offline), 1 not comparable (bert-99 Offline), at a margin of 5%.',
    );
  });

  it('keeps requested rates apart', () => {
    const asked = { scenario: 'Server', rates: 'requested rates' } as const;
    const one = 'The Server ratio 0.900 compares requested rates, not the highest that each system sustains.';
    expect(sentence([pair('not comparable', 0.9, asked)])).toBe(one);
    expect(sentence([pair('equivalent', 1), pair('not comparable', 0.9, asked)])).toBe(
      `vm is equivalent to bare within 5% on one Offline pair: it keeps 1.000 of its performance. ${one}`,
    );
    expect(sentence([pair('not comparable', 0.9, asked), pair('not comparable', 0.8, asked)])).toBe(
      'The Server ratios 0.800 to 0.900 compare requested rates, not the highest that each system sustains.',
    );
  });

  it('says how many CPUs the sides had where that is known and differs', () => {
    const cpus = (changes: Partial<Property>): Property => ({
      field: 'cpu.logicalCpus',
      label: 'logical CPUs',
      baseline: { value: '128' },
      candidate: { value: '24' },
      severity: 'expected',
      ...changes,
    });
    const other = cpus({ field: 'memoryBytes' });
    const said = (property: Property) => sentence([pair('equivalent', 1)], [other, property]).split('. ')[1];
    expect(said(cpus({}))).toBe('It has 24 logical CPUs, the baseline 128.');
    expect(said(cpus({ severity: undefined }))).toBeUndefined();
    expect(said(cpus({ within: 'the baseline' }))).toBeUndefined();
    expect(said(cpus({ baseline: { unavailable: 'x' } }))).toBeUndefined();
    expect(said(cpus({ candidate: { unavailable: 'x' } }))).toBeUndefined();
  });
});
