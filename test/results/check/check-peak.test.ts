/** A peak is believed only as far as the record, the logs and the rest of `run.json` say the same. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PhaseResult } from '../../../src/engine/phase.js';
import type { Peak } from '../../../src/results/document/peak.js';
import { readResults } from '../../../src/results/read/results.js';
import { peakAt } from '../../helpers/peak.js';
import { everyMs, phaseResult, planned } from '../../run/hand-made.js';
import { writeHandMade } from '../hand-made-run.js';
import { temporaryFolder } from '../sample-run.js';

const server = planned({ 'target-qps': '1000', 'min-duration': '900ms', 'min-queries': '1000' });
/** VALID: 1,000 queries, one each millisecond, of 1 ms each. */
const valid = [phaseResult(everyMs(1000, () => 1))];
const slow = [phaseResult(everyMs(1000, () => 150))];

const last = { targetQps: 1000, tailMs: 1, outcome: 'valid', reasons: [] } as const;
const above = { targetQps: 1040, tailMs: 140, outcome: 'invalid', reasons: ['Too slow.'] } as const;
const found = peakAt(1030, { boundMs: 130, lowQps: 1000, highQps: 1060, searchS: 13, finals: [above, last] });
const lone = { p50Ms: 150, tailMs: 150 };
const none = peakAt(0, { kind: 'none holds', qps: 0, lowQps: 0, highQps: 0, boundMs: 130, lone, finals: [] });

/** What a run with this peak says of itself, after a change to what `run.json` says of it. */
async function saidOf(
  peak: Peak,
  change: (peak: Record<string, unknown>) => Record<string, unknown> = (same) => same,
  phases: readonly PhaseResult[] = valid,
): Promise<readonly string[]> {
  const out = await temporaryFolder();
  const file = join(await writeHandMade(out, server, phases, undefined, peak), 'run.json');
  const document = JSON.parse(await readFile(file, 'utf8'));
  document.result.peak = change(document.result.peak);
  await writeFile(file, JSON.stringify(document));
  const { systems, problems } = await readResults(out);
  expect(problems).toEqual([]);
  return systems[0]!.runs[0]!.disagreements!;
}

const after = (changes: Partial<Peak>) => saidOf(found, (peak) => ({ ...peak, ...changes }));

describe('a peak', () => {
  it('agrees with its run as it was written', async () => {
    expect(await saidOf(found)).toEqual([]);
    expect(await saidOf(none, undefined, slow)).toEqual([]);
  });

  it('of a run that was stopped says nothing of what was measured last', async () => {
    const stopped = [
      phaseResult(
        everyMs(300, () => 150),
        { aborted: 'stopped-by-user' },
      ),
    ];
    const unfinished = { ...found, kind: 'not found', qps: Number.NaN, finals: [above] } as const;
    expect(await saidOf({ ...found, finals: [] }, undefined, stopped)).toEqual([]);
    expect(await saidOf({ ...unfinished, finals: [] }, undefined, stopped)).toEqual([]);
  });

  it.each<[string, Partial<Peak>, string]>([
    [
      'the rate of the full run',
      { finals: [{ ...last, targetQps: 1030 }] },
      'The target QPS is 1000 queries/s in the settings of run.json, but 1030 queries/s in the peak of run.json.',
    ],
    [
      'its latency',
      { finals: [{ ...last, tailMs: 0.5 }] },
      'The 99th percentile latency is 1 ms in queries.arrow, but 0.5 ms in the peak of run.json.',
    ],
    [
      'its verdict',
      { finals: [above, { ...last, outcome: 'invalid' }] },
      'The verdict is VALID in mlperf_log_detail.txt, but INVALID in the peak of run.json.',
    ],
    [
      'the bound',
      { boundMs: 140 },
      'The latency bound is 130 ms in the settings of run.json, but 140 ms in the peak of run.json.',
    ],
    [
      'the rate, above its interval',
      { qps: 1100 },
      'The peak in run.json is 1100 queries/s, which is not in its interval from 1000 queries/s to 1060 queries/s.',
    ],
    [
      'the rate, below its interval',
      { qps: 900 },
      'The peak in run.json is 900 queries/s, which is not in its interval from 1000 queries/s to 1060 queries/s.',
    ],
    [
      'the first full run, above what was found',
      { highQps: 1035 },
      'The first full run in run.json was at 1040 queries/s, above what the search found.',
    ],
    [
      'a full run that went up',
      { finals: [{ ...above, targetQps: 990 }, last] },
      'Full run 2 in run.json does not follow from the one before: only an INVALID run is followed, by one at a lower rate.',
    ],
    [
      'a full run after a VALID one',
      { finals: [{ ...above, outcome: 'valid' }, last] },
      'Full run 2 in run.json does not follow from the one before: only an INVALID run is followed, by one at a lower rate.',
    ],
    ['its full runs taken away', { finals: [] }, 'The peak in run.json has no full run.'],
    [
      'the search, shorter than its probes',
      { searchS: 12 },
      'The probes in run.json took 13.0 s together, longer than the search with 12.0 s.',
    ],
    [
      'a VALID run without a rate',
      { kind: 'none holds', qps: 0, lowQps: 0, highQps: 0, lone, finals: [] },
      'The run in run.json is VALID, but its search found no rate.',
    ],
  ])('that was changed is named: %s', async (_, changes, sentence) => {
    expect(await after(changes)).toContain(sentence);
  });

  it('that holds nowhere has no rate, and a query alone that takes longer than the bound', async () => {
    const of = (changes: Partial<Peak>) => saidOf(none, (peak) => ({ ...peak, ...changes }), slow);
    expect(await of({ qps: 50 })).toEqual([
      'The peak in run.json is 50 queries/s, but no rate is said to hold.',
    ]);
    expect(await of({ lone: { p50Ms: 150, tailMs: 120 } })).toEqual([
      'No rate is said to hold in run.json, but a query alone took 120 ms, which is within the bound of 130 ms.',
      'The 99th percentile latency is 150 ms in queries.arrow, but 120 ms in the peak of run.json.',
    ]);
  });

  it('whose rate was changed everywhere is told by when the queries were due', async () => {
    const out = await temporaryFolder();
    // By the schedule: 999 gaps of a millisecond. Off by 6 / √999 = 19% is beyond any seed.
    const high = planned({ 'target-qps': '1200', 'min-duration': '900ms', 'min-queries': '1000' });
    const claimed = {
      ...found,
      lowQps: 1200,
      qps: 1210,
      highQps: 1220,
      finals: [{ ...last, targetQps: 1200 }],
    };
    await writeHandMade(out, high, valid, undefined, claimed);
    const { systems } = await readResults(out);
    expect(systems[0]!.runs[0]!.disagreements).toEqual([
      'The queries in queries.arrow were due at 1000 queries/s, but the full run in run.json was at 1200 queries/s.',
    ]);
  });
});
