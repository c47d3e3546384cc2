/** Probes on real threads against a real clock: what is hopeless ends early, what is stopped ends at once. */
import { expect, it, vi } from 'vitest';
import type { SearchPeak, ServedProbe } from '../../../src/search/peak/contract.js';
import { temporaryFolder } from '../../results/sample-run.js';
import { findingOf, peakRun } from './scripted.js';

const script = vi.hoisted(() => ({ search: undefined as SearchPeak | undefined }));
vi.mock(import('../../../src/search/peak/search.js'), () => ({
  searchPeak: (...args: Parameters<SearchPeak>) => script.search!(...args),
}));

it('a probe whose queue grows without end ends early, and the system serves the next one', async () => {
  const served: ServedProbe[] = [];
  script.search = async (target) => {
    // Ten times what the instance completes, for a minute; the bound is 5 ms.
    served.push(await target.serve({ targetQps: 2500, queries: 150_000, number: 0 }));
    served.push(await target.serve({ targetQps: 20, queries: 10, number: 1 }));
    return findingOf({ kind: 'none holds', qps: 0, lowQps: 0, highQps: 0 });
  };
  const { document, events } = await peakRun(await temporaryFolder(), { 'target-latency': '5ms' });
  const [hopeless, next] = served;
  expect(hopeless!.ended).toBe('over-saturated');
  expect(hopeless!.scheduledNs.length).toBeLessThan(150_000);
  expect(hopeless!.scheduledNs).toHaveLength(hopeless!.completedNs.length);
  expect(hopeless!.completedNs.at(-1)).toBeNaN();
  expect(hopeless!.batches.sizes.length).toBe([...hopeless!.completedNs].filter((ns) => ns > 0).length);
  expect(next).toMatchObject({ ended: 'complete', targetQps: 20 });
  // No thread was given up for it.
  expect(document!.outcome.kind).toBe('invalid');
  const searching = events.filter(({ type }) => type === 'searching');
  expect(searching[0]).toMatchObject({ number: 0, targetQps: 2500, budgetS: 400 });
});

it('a probe that is stopped is told so, and the run is written with it', async () => {
  const stop = new AbortController();
  const served: ServedProbe[] = [];
  script.search = async (target) => {
    served.push(await target.serve({ targetQps: 50, queries: 10, number: 0 }));
    served.push(await target.serve({ targetQps: 100, queries: 6000, number: 1 }));
    return findingOf({ kind: 'not found', ended: 'stopped' });
  };
  const { document } = await peakRun(
    await temporaryFolder(),
    {},
    {
      stop,
      onEvent: (event) =>
        event.type === 'searching' && event.number === 1 && event.elapsedS > 1 && stop.abort(),
    },
  );
  expect(served.map(({ ended }) => ended)).toEqual(['complete', 'stopped']);
  expect(document!.outcome).toEqual({ kind: 'aborted', reasons: ['The run was stopped by the user.'] });
  expect(document!.result.targetQps).toBe(100);
  expect(document!.result.samples).toBeGreaterThan(0);
  expect(document!.result.samples).toBeLessThan(6000);
});
