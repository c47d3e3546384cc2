/** A search that is stopped or killed, and taken up again from the probes that it left. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readResults } from '../../../src/results/read/results.js';
import type { SearchPeak, ServedProbe } from '../../../src/search/peak/contract.js';
import { temporaryFolder } from '../../results/sample-run.js';
import { findingOf, inVirtualTime, peakRun, timesOf } from './scripted.js';

const script = vi.hoisted(() => ({ search: undefined as SearchPeak | undefined }));
vi.mock(import('../../../src/search/peak/search.js'), () => ({
  searchPeak: (...args: Parameters<SearchPeak>) => script.search!(...args),
}));

/** Serves as many probes as this, and then is stopped. */
function stoppedAfter(probes: number, stop: AbortController, served: ServedProbe[]): SearchPeak {
  return async (target, _settings, _hooks, earlier = []) => {
    for (let i = 0; i < probes; i++) {
      const number = earlier.length + i;
      served.push(await target.serve({ targetQps: 100 + number, queries: 40, number }));
    }
    stop.abort(new Error('stopped'));
    return findingOf({ ended: 'stopped' });
  };
}

/** Goes on with what was served before, and ends with one more probe. */
function goesOn(seen: { earlier: readonly ServedProbe[] }): SearchPeak {
  return async (target, _settings, _hooks, earlier = []) => {
    seen.earlier = earlier;
    await target.serve({ targetQps: 150, queries: 40, number: earlier.length });
    return findingOf({ qps: 150, lowQps: 149, highQps: 151 });
  };
}

async function stoppedRun(out: string, probes: number, resume = false) {
  const stop = new AbortController();
  const served: ServedProbe[] = [];
  script.search = stoppedAfter(probes, stop, served);
  return { ...(await peakRun(out, {}, { stop, resume })), served };
}

const probesOf = (folder: string) => readdirSync(join(folder, 'probes')).sort();

describe('a search that is stopped', () => {
  it('is written as aborted with its last probe and what it knew, and keeps its probes', async () => {
    inVirtualTime();
    const out = await temporaryFolder();
    const { document, folder } = await stoppedRun(out, 3);
    expect(document!.outcome).toEqual({ kind: 'aborted', reasons: ['The run was stopped by the user.'] });
    expect(document!.result).toMatchObject({ queries: 40, targetQps: 102, minDurationS: 60 });
    expect(document!.result.peak).toMatchObject({ kind: 'found', ended: 'stopped', qps: 200, finals: [] });
    expect(probesOf(folder())).toEqual([1, 2, 3].flatMap((n) => [`probe_00${n}.arrow`, `probe_00${n}.json`]));
    const { systems, problems } = await readResults(out);
    expect([problems, systems[0]!.runs[0]!.disagreements]).toEqual([[], []]);
  });

  it('writes nothing where nothing was measured', async () => {
    inVirtualTime();
    const out = await temporaryFolder();
    const { document } = await stoppedRun(out, 0);
    expect(document).toBeUndefined();
    expect(readdirSync(out)).toEqual([]);
  });

  it('goes on from its probes, however often it was stopped, and then leaves none', async () => {
    inVirtualTime();
    const out = await temporaryFolder();
    const first = await stoppedRun(out, 2);
    const second = await stoppedRun(out, 1, true);
    const seen = { earlier: [] as readonly ServedProbe[] };
    script.search = goesOn(seen);
    const { document, folder, events } = await peakRun(out, {}, { resume: true });
    const served = [...first.served, ...second.served];
    expect(seen.earlier.map(timesOf)).toEqual(served.map(timesOf));
    expect(seen.earlier.map(({ batches }) => batches)).toEqual(served.map(({ batches }) => batches));
    expect(seen.earlier.map(({ targetQps }) => targetQps)).toEqual([100, 101, 102]);
    expect(events).toContainEqual(
      expect.objectContaining({ what: 'taking up 3 probes of a search that was stopped' }),
    );
    expect(document!.outcome.kind).toBe('valid');
    for (const n of [1, 2, 3]) expect(existsSync(join(folder(n), 'probes'))).toBe(false);
    expect(existsSync(join(folder(2), 'run.json'))).toBe(true);
  });

  it('begins anew without resuming, and where it is another run', async () => {
    inVirtualTime();
    const out = await temporaryFolder();
    await stoppedRun(out, 2);
    const seen = { earlier: [] as readonly ServedProbe[] };
    script.search = goesOn(seen);
    await peakRun(out);
    expect(seen.earlier).toEqual([]);
    await peakRun(out, { budget: '99s' }, { resume: true });
    expect(seen.earlier).toEqual([]);
  });

  it('goes on after its process was killed, and takes its empty folder away', async () => {
    inVirtualTime();
    const out = await temporaryFolder();
    const { folder } = await stoppedRun(out, 2);
    for (const name of readdirSync(folder())) if (name !== 'probes') rmSync(join(folder(), name));
    // Killed while a probe was written.
    writeFileSync(join(folder(), 'probes', 'probe_003.part'), 'half');
    writeFileSync(join(folder(), 'probes', 'probe_003.arrow'), 'whole, but without its note');
    const seen = { earlier: [] as readonly ServedProbe[] };
    script.search = goesOn(seen);
    const { document, folder: to } = await peakRun(out, {}, { resume: true });
    expect(seen.earlier).toHaveLength(2);
    expect(document!.outcome.kind).toBe('valid');
    expect([existsSync(to(1)), existsSync(join(to(2), 'run.json'))]).toEqual([false, true]);
  });

  it.each<[string, (probes: string) => void, RegExp]>([
    [
      'a record',
      (probes) => {
        const bytes = readFileSync(join(probes, 'probe_002.arrow'));
        bytes[bytes.length >> 1]! ^= 1;
        writeFileSync(join(probes, 'probe_002.arrow'), bytes);
      },
      /: its record is damaged\.$/,
    ],
    ['a record that is gone', (probes) => rmSync(join(probes, 'probe_002.arrow')), /: ENOENT.*\.$/],
    [
      'a note',
      (probes) =>
        writeFileSync(join(probes, 'probe_002.json'), '{"schema": "baremark-probe/1", "number": -1}'),
      /: its note is damaged \(identity: .*\)\.$/,
    ],
    ['a note that is half', (probes) => writeFileSync(join(probes, 'probe_002.json'), '{'), /JSON.*\.$/],
  ])('goes on from the probes before one that is damaged: %s', async (_, damage, why) => {
    inVirtualTime();
    const out = await temporaryFolder();
    const { folder, served } = await stoppedRun(out, 3);
    damage(join(folder(), 'probes'));
    const seen = { earlier: [] as readonly ServedProbe[] };
    script.search = goesOn(seen);
    const { document, events } = await peakRun(out, {}, { resume: true });
    expect(seen.earlier.map(timesOf)).toEqual(served.slice(0, 1).map(timesOf));
    const problems = events.flatMap((event) => (event.type === 'problem' ? [event.message] : []));
    expect(problems).toEqual([
      expect.stringMatching(/^The probe .*probe_002\.json is left out of the search, with those after it: /),
    ]);
    expect(problems[0]).toMatch(why);
    expect(document!.outcome.kind).toBe('valid');
  });

  it('measures again where earlier probes alone say that no rate holds: the run needs figures', async () => {
    inVirtualTime();
    const out = await temporaryFolder();
    await stoppedRun(out, 2);
    const asked: number[] = [];
    script.search = async (target, _settings, _hooks, earlier = []) => {
      asked.push(earlier.length);
      if (earlier.length === 0) await target.serve({ targetQps: 1, queries: 30, number: 0 });
      return findingOf({ kind: 'none holds', qps: 0, lowQps: 0, highQps: 0 });
    };
    const { document } = await peakRun(out, {}, { resume: true });
    expect(asked).toEqual([2, 0]);
    expect(document!.result).toMatchObject({ queries: 30, peak: { kind: 'none holds' } });
  });

  it('tells its earlier probes, too, where a later one has a fault', async () => {
    inVirtualTime((result, phase) =>
      phase > 4 ? { ...result, faults: [{ kind: 'thread-died', message: 'It died.' }] } : result,
    );
    const out = await temporaryFolder();
    await stoppedRun(out, 2);
    script.search = async (target, _settings, _hooks, earlier = []) => {
      for (const number of [0, 1, 2])
        await target.serve({ targetQps: 150, queries: 40, number: earlier.length + number });
      return findingOf();
    };
    const { document } = await peakRun(out, {}, { resume: true });
    const { kind, probes, searchS } = document!.result.peak!;
    expect([kind, probes.map(({ targetQps }) => targetQps)]).toEqual(['not found', [100, 101]]);
    expect(searchS).toBeGreaterThan(probes[0]!.durationS + probes[1]!.durationS);
    expect(document!.outcome).toMatchObject({
      reasons: expect.arrayContaining([
        'The search for the peak ended with a fault in its probe 5, at 150 queries/s.',
      ]),
    });
  });

  it('is written as aborted where it is stopped before its run of full length, with the runs that were made', async () => {
    inVirtualTime();
    const out = await temporaryFolder();
    const stop = new AbortController();
    script.search = async (target) => {
      await target.serve({ targetQps: 100, queries: 40, number: 0 });
      return findingOf({ qps: 400, lowQps: 390, highQps: 410 });
    };
    const plan = peakRun(
      out,
      {},
      {
        stop,
        onEvent: (event) => event.type === 'peak-final' && stop.abort(new Error('stopped')),
      },
    );
    const { document, folder } = await plan;
    expect(document!.outcome).toEqual({ kind: 'aborted', reasons: ['The run was stopped by the user.'] });
    expect(document!.result).toMatchObject({ queries: 40, targetQps: 100 });
    expect(document!.result.peak!.finals).toMatchObject([{ targetQps: 390, outcome: 'invalid' }]);
    expect(probesOf(folder())).toHaveLength(2);
  });
});

it('a search finds no probes beside runs of other kinds', async () => {
  inVirtualTime();
  const out = await temporaryFolder();
  const other = join(out, 'box', 'bert-tiny', 'Server', 'performance', 'run_1', 'probes');
  mkdirSync(other, { recursive: true });
  writeFileSync(join(other, 'notes.txt'), 'mine');
  const seen = { earlier: [] as readonly ServedProbe[] };
  script.search = goesOn(seen);
  const { document } = await peakRun(out, {}, { resume: true });
  expect(document!.outcome.kind).toBe('valid');
  expect(existsSync(join(other, 'notes.txt'))).toBe(true);
});
