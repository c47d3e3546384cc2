/** A run whose rate is searched, whole: what is asked of the search, and what is written of what it finds. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readDocument } from '../../../src/results/document/file.js';
import { readResults } from '../../../src/results/read/results.js';
import type { PeakTarget, SearchPeak, ServedProbe } from '../../../src/search/peak/contract.js';
import { temporaryFolder } from '../../results/sample-run.js';
import { findingOf, inVirtualTime, peakRun } from './scripted.js';

const script = vi.hoisted(() => ({ search: undefined as SearchPeak | undefined }));
vi.mock(import('../../../src/search/peak/search.js'), () => ({
  searchPeak: (...args: Parameters<SearchPeak>) => script.search!(...args),
}));

/** The facts in which the files of the runs in this folder disagree, and the runs that cannot be read. */
async function faultsIn(out: string): Promise<readonly string[]> {
  const { systems, problems } = await readResults(out);
  return [...problems, ...systems.flatMap(({ runs }) => runs.flatMap((run) => run.disagreements ?? []))];
}

const request = (targetQps: number, number = 0, queries = 50) => ({ targetQps, queries, number });

describe('a run whose rate is searched', () => {
  it('asks the search of the system that it opened, by the rules of the run', async () => {
    inVirtualTime();
    const out = await temporaryFolder();
    const seen: { target?: PeakTarget; settings?: unknown; served: ServedProbe[] } = { served: [] };
    script.search = async (target, settings) => {
      Object.assign(seen, { target, settings });
      for (const number of [0, 1, 2]) seen.served.push(await target.serve(request(100, number)));
      return findingOf();
    };
    const more = { 'precision-of-peak': '5%', budget: '90s', 'latency-percentile': '0.9' };
    const { events } = await peakRun(out, more);
    expect(seen.settings).toEqual({ precision: 0.05, budgetS: 90, minDurationS: 60 });
    expect(seen.target).toMatchObject({ instances: 1, bound: { ns: 40e6, percentile: 0.9 } });
    expect(seen.target!.policy.maxBatch).toBe(1);
    for (const probe of seen.served) {
      expect(probe).toMatchObject({ targetQps: 100, ended: 'complete' });
      expect(probe.scheduledNs).toHaveLength(50);
      expect(probe.batches.sizes).toEqual(new Int32Array(50).fill(1));
      // Nothing takes less than the device does.
      for (const [i, due] of probe.scheduledNs.entries())
        expect(probe.completedNs[i]! - due).toBeGreaterThanOrEqual(4e6 - 1);
    }
    // Each has arrivals of its own.
    expect(new Set(seen.served.map(({ scheduledNs }) => scheduledNs[1])).size).toBe(3);
    // The samples are loaded once for all probes, and once for the run.
    const loads = events.filter(
      (event) => event.type === 'preparing' && event.what.startsWith('loading 10833'),
    );
    expect(loads).toHaveLength(2);
  });

  it('is made at the low end of the interval, and is written with what the search found', async () => {
    inVirtualTime();
    const out = await temporaryFolder();
    const finding = findingOf({ qps: 180, lowQps: 175, highQps: 185 });
    script.search = async () => finding;
    const { document, folder, events } = await peakRun(out);
    expect(document).toMatchObject({ mode: 'PerformanceOnly', outcome: { kind: 'valid' } });
    expect(document!.result).toMatchObject({ targetQps: 175, minDurationS: 60 });
    const tailMs = document!.result.latencyMs.p99;
    expect(document!.result.peak).toEqual({
      ...finding,
      finals: [{ targetQps: 175, tailMs, outcome: 'valid', reasons: [] }],
    });
    expect(await readDocument(join(folder(), 'run.json'))).toEqual(document);
    expect(await faultsIn(out)).toEqual([]);
    expect(events.filter(({ type }) => type.startsWith('peak-'))).toMatchObject([
      { type: 'peak-found', finding: { qps: 180 } },
      { type: 'peak-final', final: { outcome: 'valid' }, nextQps: undefined, boundMs: 40, percentile: 0.99 },
    ]);
  });

  it('is made again at lower rates until it is VALID, each told and written', async () => {
    inVirtualTime();
    const out = await temporaryFolder();
    // One instance of 4 ms completes 250 queries/s: the first run is beyond what it can do. Half of the interval is 10%.
    script.search = async () => findingOf({ qps: 280, lowQps: 252, highQps: 308 });
    const { document, events } = await peakRun(out);
    const { finals } = document!.result.peak!;
    expect(finals.length).toBeGreaterThan(1);
    expect(finals.map(({ targetQps }) => targetQps)).toEqual(
      finals.map((_, i) => expect.closeTo(252 * 0.9 ** i, 9)),
    );
    expect(finals.map(({ outcome }) => outcome)).toEqual([...finals.slice(1).map(() => 'invalid'), 'valid']);
    expect(finals[0]!.tailMs).toBeGreaterThan(40);
    expect(finals[0]!.reasons).toContain('Performance constraints not satisfied.');
    expect(document!.outcome.kind).toBe('valid');
    expect(document!.result.targetQps).toBe(finals.at(-1)!.targetQps);
    const told = events.flatMap((event) => (event.type === 'peak-final' ? [event.nextQps] : []));
    expect(told).toEqual([...finals.slice(1).map(({ targetQps }) => targetQps), undefined]);
    expect(await faultsIn(out)).toEqual([]);
  });

  it('is INVALID where it is still too slow after six steps', async () => {
    inVirtualTime();
    script.search = async () => findingOf({ qps: 1000, lowQps: 995, highQps: 1005 });
    const { document } = await peakRun(await temporaryFolder());
    expect(document!.result.peak!.finals).toHaveLength(7);
    expect(document!.outcome).toMatchObject({ kind: 'invalid' });
  });

  it('is not made again where a run has too few queries for early stopping', async () => {
    inVirtualTime();
    script.search = async () => findingOf({ qps: 100, lowQps: 99, highQps: 101 });
    // LoadGen asks for 459 queries under the bound of p99 where none is over it.
    const finalsOf = async (options: Record<string, unknown>) =>
      (await peakRun(await temporaryFolder(), options)).document!.result.peak!.finals;
    const few = await finalsOf({ 'min-duration': '3s' });
    expect(few).toMatchObject([
      {
        outcome: 'invalid',
        reasons: ['Early stopping not satisfied.', expect.stringMatching(/^Too few queries to be sure: /)],
      },
    ]);
    expect(await finalsOf({ 'min-duration': '3s', 'min-queries': 459 })).toMatchObject([
      { outcome: 'valid' },
    ]);
  });

  it('ends with the query that runs alone where that already takes too long', async () => {
    inVirtualTime();
    const out = await temporaryFolder();
    script.search = async (target) => {
      await target.serve(request(1e9, 0, 10));
      await target.serve(request(1, 1, 30));
      await target.serve(request(100, 2, 20));
      return findingOf({ kind: 'none holds', qps: 0, lowQps: 0, highQps: 0, boundMs: 2 });
    };
    const { document, folder } = await peakRun(out, { 'target-latency': '2ms' });
    expect(document!.outcome.kind).toBe('invalid');
    // Alone, each of the 30 queries takes 4 ms.
    expect(document!.outcome).toMatchObject({
      reasons: expect.arrayContaining([
        'No rate holds the latency bound: a query alone takes 4 ms at p99, 2 times the bound of 2 ms.',
      ]),
    });
    expect(JSON.stringify(document!.outcome)).not.toContain('Reduce target QPS');
    expect(document!.result).toMatchObject({
      queries: 30,
      targetQps: 1,
      peak: { kind: 'none holds', finals: [] },
    });
    expect(await faultsIn(out)).toEqual([]);
    expect(existsSync(join(folder(), 'probes'))).toBe(false);
  });

  it('says where the time of the search was not enough for any rate', async () => {
    inVirtualTime();
    const out = await temporaryFolder();
    const unknown = { qps: Number.NaN, lowQps: Number.NaN, highQps: Number.NaN };
    script.search = async (target) => {
      await target.serve(request(100));
      return findingOf({ kind: 'not found', ended: 'budget', budgetS: 5, ...unknown });
    };
    const { document } = await peakRun(out);
    expect(document!.outcome).toMatchObject({
      kind: 'invalid',
      reasons: [
        'Early stopping not satisfied.',
        expect.stringMatching(/^Too few queries to be sure: 50 with none over the bound/),
        'No rate that holds the latency bound was found within the 5 s of the search; give it longer with --budget.',
      ],
    });
    expect(await faultsIn(out)).toEqual([]);
  });

  it('is not searched where its run would be refused', async () => {
    inVirtualTime();
    const out = await temporaryFolder();
    const search = vi.fn();
    script.search = search;
    await expect(peakRun(out, { 'min-queries': 1e12 })).rejects.toMatchObject({
      code: 'NOT_ENOUGH_MEMORY',
      message: expect.stringMatching(/ are free; give a lower --min-duration or --min-queries\.$/),
    });
    expect(search).not.toHaveBeenCalled();
    expect(readdirSync(out)).toEqual([]);
  });

  it('begins with no search whose probes do not fit in memory', async () => {
    inVirtualTime();
    const out = await temporaryFolder();
    script.search = async (target) => {
      await target.serve(request(100, 0, 1e12));
      return findingOf();
    };
    await expect(peakRun(out)).rejects.toMatchObject({
      code: 'NOT_ENOUGH_MEMORY',
      message: expect.stringMatching(/ are free; give a lower --budget\.$/),
    });
    expect(readdirSync(out)).toEqual([]);
  });
});

describe('a probe with a fault', () => {
  /** A search of four probes that would then say it has found something. */
  const fourProbes: SearchPeak = async (target, _, { onProbe }) => {
    for (const number of [0, 1, 2, 3]) {
      await target.serve(request(100, number));
      onProbe?.({ probe: seenProbe, elapsedS: 1 });
    }
    return findingOf();
  };
  const seenProbe = {
    ...{ targetQps: 100, durationS: 0.001, queries: 50, p50Ms: 4, tailMs: 9, shareOver: 0 },
    ...({ verdict: 'open', ended: 'complete' } as const),
  };

  it('ends the search: the run is INVALID, says why, and has no peak', async () => {
    // The phases before the search: warm-up and the rate. The third probe is the fifth.
    inVirtualTime((result, phase) => {
      if (phase === 5) result.record.failed[7] = 1;
      return phase === 5
        ? { ...result, faults: [{ kind: 'batch-failed', message: 'The backend failed batch 7.' }] }
        : result;
    });
    script.search = fourProbes;
    const out = await temporaryFolder();
    const { document, folder } = await peakRun(out);
    expect(document!.outcome).toMatchObject({
      kind: 'invalid',
      reasons: expect.arrayContaining([
        'The search for the peak ended with a fault in its probe 3, at 100 queries/s.',
        '1 of 50 samples failed and count for nothing. The backend failed batch 7.',
      ]),
    });
    const { peak } = document!.result;
    expect(peak).toMatchObject({ kind: 'not found', ended: 'stopped', qps: Number.NaN, finals: [] });
    expect(peak!.probes).toEqual([seenProbe, seenProbe]);
    expect(await faultsIn(out)).toEqual([]);
    expect(existsSync(join(folder(), 'probes'))).toBe(false);
  });

  it('is one, too, that lost a thread, and the run is aborted where none is left', async () => {
    const lost = { kind: 'thread-died', message: 'Worker thread 0 died during the run.' } as const;
    for (const aborted of [undefined, 'no-worker-left'] as const) {
      inVirtualTime((result, phase) => (phase === 4 ? { ...result, faults: [lost], aborted } : result));
      script.search = fourProbes;
      const { document, folder } = await peakRun(await temporaryFolder());
      expect(document!.outcome).toMatchObject({
        kind: aborted ? 'aborted' : 'invalid',
        reasons: expect.arrayContaining([
          'The search for the peak ended with a fault in its probe 2, at 100 queries/s.',
          lost.message,
        ]),
      });
      expect(document!.result.peak!.kind).toBe('not found');
      // A run that is aborted is made again.
      expect(existsSync(join(folder(), 'probes', 'probe_001.json'))).toBe(aborted !== undefined);
    }
  });

  it('is made again where the process only stood still', async () => {
    const stood = [{ fromNs: 100e6, toNs: 400e6 }];
    // It shows in the latencies of the phase in which it happened.
    inVirtualTime((result, phase) => {
      if (phase !== 3) return result;
      result.record.completed.forEach((ns, i, completed) => {
        completed[i] = ns + 10e9;
      });
      return { ...result, standstills: stood };
    });
    const served: ServedProbe[] = [];
    script.search = async (target) => {
      served.push(await target.serve(request(100)));
      return findingOf({ qps: 150, lowQps: 149, highQps: 151 });
    };
    const { document } = await peakRun(await temporaryFolder());
    expect(document!.outcome.kind).toBe('valid');
    expect(served).toHaveLength(1);
    expect(served[0]!.durationS).toBeLessThan(10);
  });

  it('is taken as it is where the process stands still each time', async () => {
    let phases = 0;
    inVirtualTime((result) => {
      phases++;
      return { ...result, standstills: [{ fromNs: 100e6, toNs: 400e6 }] };
    });
    script.search = async (target) => {
      const before = phases;
      await target.serve(request(100));
      expect(phases - before).toBe(3);
      return findingOf({ qps: 150, lowQps: 149, highQps: 151 });
    };
    const { document } = await peakRun(await temporaryFolder());
    // A run of a minute stood still for half a percent of it.
    expect(document!.outcome.kind).toBe('valid');
  });

  it('is what a search can do without: probes that cannot be kept', async () => {
    inVirtualTime();
    const out = await temporaryFolder();
    const place = join(out, 'box', 'bert-tiny', 'Server', 'performance', 'run_1', 'probes');
    script.search = async (target) => {
      writeFileSync(place, 'in the way');
      for (const number of [0, 1]) await target.serve(request(100, number));
      return findingOf({ qps: 150, lowQps: 149, highQps: 151 });
    };
    const { document, events } = await peakRun(out);
    expect(document!.outcome.kind).toBe('valid');
    const problems = events.flatMap((event) => (event.type === 'problem' ? [event.message] : []));
    expect(problems).toEqual([
      expect.stringMatching(/^The probes of the search cannot be kept for --resume: .*\.$/),
    ]);
  });
});
