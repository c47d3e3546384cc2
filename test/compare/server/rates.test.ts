/** Which Server rates are peaks, which were asked for, and what is said where a peak is missing. */
import { describe, expect, it } from 'vitest';
import { percentileName } from '../../../src/compare/server-words.js';
import { peakAt } from '../../helpers/peak.js';
import { compared, pairOf, serverRun, serverRuns } from './make-server.js';

const one = serverRuns('bare', [peakAt(1000)]);

describe('where only one side has a peak', () => {
  it('the rates are those that were asked for, and a note says who lacks one and how to get it', () => {
    const pair = pairOf(one, serverRuns('vm', [undefined]));
    expect(pair).toMatchObject({
      rates: 'requested rates',
      baseline: { value: 990, figure: 'completed samples/s' },
      verdict: {
        reason: 'requested rates',
        why: 'these are requested rates, and not both systems are known to be at their highest',
      },
    });
    expect(pair.peaks).toBeUndefined();
    expect(pair.notes).toContain(
      'The highest rate of vm is not known, so the rates compared are those that were asked for; `baremark peak` finds it.',
    );
    expect(
      pairOf(serverRuns('bare', [undefined]), serverRuns('vm', [peakAt(900)])).notes.join(' '),
    ).toContain('The highest rate of bare is not known');
  });

  it('so it is where some of the runs of a side have none', () => {
    const pair = pairOf(one, serverRuns('vm', [peakAt(900), undefined, peakAt(900)]));
    expect(pair.rates).toBe('requested rates');
    expect(pair.notes.join(' ')).toContain('The highest rate of 1 of 3 runs of vm is not known');
  });

  it('nobody is sent to find the peak of a published log', () => {
    const log = serverRun({ system: 'vm', source: 'mlperf', document: undefined });
    const notes = pairOf(one, [{ ...log, document: undefined }]).notes.join(' ');
    expect(notes).toContain('The highest rate of vm is not known');
    expect(notes).toContain('MLPerf logs do not tell it.');
    expect(notes).not.toContain('baremark peak');
  });

  it('the ratio is judged where that is forced', () => {
    const pair = pairOf(one, serverRuns('vm', [undefined]), { force: true });
    expect(pair.verdict).toMatchObject({ kind: 'undecided', reason: 'single runs' });
    expect(pair.ratio).toBe(1);
  });
});

describe('where no side has a peak', () => {
  it('nothing is said of how to get one', () => {
    const { notes, verdict } = pairOf(serverRuns('bare', [undefined]), serverRuns('vm', [undefined]));
    expect(notes.join(' ')).not.toContain('baremark peak');
    expect(verdict).toMatchObject({
      why: 'these are requested rates, and neither system is known to be at its highest',
    });
  });
});

describe('a search that found no rate', () => {
  const lone = { p50Ms: 150, tailMs: 181.234 };
  const none = peakAt(0, { kind: 'none holds', lone, curve: [] });
  const stopped = peakAt(Number.NaN, { kind: 'not found', ended: 'stopped', curve: [] });

  it('is named with the latency of a query alone', () => {
    for (const force of [false, true])
      expect(pairOf(one, serverRuns('vm', [none]), { force }).verdict).toEqual({
        kind: 'not comparable',
        reason: 'no peak',
        why: 'no rate of vm holds the bound: a query alone takes 181.2 ms at p99, and 100 ms are allowed',
      });
  });

  it('is named where it was stopped, and counts though the other side was not searched', () => {
    const why = 'the search for the highest rate of bare was stopped before it knew one';
    expect(pairOf(serverRuns('bare', [stopped]), serverRuns('vm', [undefined])).verdict).toMatchObject({
      reason: 'no peak',
      why,
    });
  });

  it('is named where its time was up, or where nothing is known of a query alone', () => {
    const late = { ...stopped, ended: 'budget' as const };
    expect(pairOf(one, serverRuns('vm', [late])).verdict).toMatchObject({
      why: 'the search for the highest rate of vm was out of time before it knew one',
    });
    const unknown = { ...none, lone: { p50Ms: Number.NaN, tailMs: Number.NaN } };
    expect(pairOf(one, serverRuns('vm', [unknown])).verdict).toMatchObject({
      why: 'no rate of vm holds the bound: a query alone takes longer at p99, and 100 ms are allowed',
    });
  });

  it('leaves no ratio: what its run completed is that of a probe', () => {
    const pair = pairOf(one, serverRuns('vm', [none]));
    expect(pair.ratio).toBeUndefined();
    expect(pair.interval).toMatchObject({ kind: 'none', reason: 'no peak' });
  });

  it('is the reason, and not the requested rates, in the sentence', () => {
    const { sentence } = compared(one, serverRuns('vm', [none]));
    expect(sentence).toContain('vm and bare are not comparable on one Server pair: no rate of vm holds');
    expect(sentence).not.toContain('requested rates');
  });

  it('leaves a run without a figure unpaired, for that reason', () => {
    const [run] = serverRuns('vm', [none]);
    const { pairs, unpaired } = compared(one, [{ ...run!, throughput: undefined }]);
    expect(pairs).toEqual([]);
    expect(unpaired).toMatchObject([
      { benchmark: 'bert-99', scenario: 'Server', system: 'vm', reason: 'no peak' },
    ]);
    expect(unpaired[0]!.why).toContain('no rate of vm holds the bound');
  });

  it('is left out with its run where that is not VALID and others are', () => {
    const [bad] = serverRuns('vm', [none]);
    const runs = [
      { ...bad!, runNumber: 9, outcome: { kind: 'invalid', reasons: ['x'] } as const },
      ...serverRuns('vm', [peakAt(900)]),
    ];
    const pair = pairOf(one, runs);
    expect(pair.rates).toBe('highest rates');
    expect(pair.notes).toContain('1 of 2 runs of vm is not VALID and was left out.');
  });
});

describe('the name of a percentile', () => {
  it.each([
    [0.99, 'p99'],
    [0.999, 'p99.9'],
    [0.9, 'p90'],
    [0.97, 'p97'],
  ])('%d is %s', (percentile, name) => expect(percentileName(percentile)).toBe(name));
});
