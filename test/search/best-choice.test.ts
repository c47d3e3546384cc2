/** The best batch and instances of a run without a rate: Offline in virtual time, the streams on real threads. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadProfile } from '../../src/backends/load.js';
import type { BackendProfile, TuneSpace } from '../../src/backends/profile.js';
import { WorkerPool } from '../../src/engine/worker-pool.js';
import { bestChoice, type TriedChoice } from '../../src/search/best-choice.js';
import { virtualPool } from '../helpers/virtual-pool.js';
import { planned } from '../run/hand-made.js';

vi.mock(import('../../src/backends/load.js'), async (original) => {
  const real = await original();
  return { ...real, loadProfile: vi.fn(real.loadProfile) };
});

afterEach(() => vi.mocked(WorkerPool.open).mockRestore?.());

const machine = { cores: 4, realTime: true };

/** What is found of the simulated backend where these choices are usual for it. */
async function search(
  options: Record<string, unknown>,
  usual: Partial<TuneSpace>,
  stop = new AbortController(),
) {
  const run = planned({ mode: 'peak', warmup: '1', ...options });
  const profile: BackendProfile = await loadProfile('simulated');
  const space = { ...profile.tuning('cpu'), ...usual };
  vi.mocked(loadProfile).mockResolvedValue({ ...profile, tuning: () => space });
  const tried: TriedChoice[] = [];
  const hooks = { say: () => {}, onTried: (one: TriedChoice) => tried.push(one), signal: stop.signal };
  const effort = { probeDurationS: 0.3, repeats: 1, precision: 0.02 };
  const best = await bestChoice(run, machine, effort, hooks).finally(() =>
    vi.mocked(loadProfile).mockResolvedValue(profile),
  );
  const choices = tried.map(({ instances, maxBatch }) => [instances, maxBatch]);
  return { run, best, tried, choices };
}

/** Batches of n take 8 + 2 n milliseconds. */
const slowBatches = { 'backend-option': ['fixedMs=8', 'perSampleMs=2'] };

describe('the best choice', () => {
  it('of Offline serves the most samples per second', async () => {
    vi.spyOn(WorkerPool, 'open').mockImplementation(
      async (config) => virtualPool(config) as unknown as WorkerPool,
    );
    const offline = { ...slowBatches, scenario: 'Offline' };
    const { run, best, tried, choices } = await search(offline, { batches: [1, 4], instances: [1, 2] });
    expect(choices).toEqual([
      [1, 1],
      [1, 4],
      [2, 1],
      [2, 4],
    ]);
    // 1 in 10 ms or 4 in 16 ms, by one instance or by two.
    expect(tried.map((one) => 'samplesPerSecond' in one && one.samplesPerSecond)).toEqual(
      [100, 250, 200, 500].map((rate) => expect.closeTo(rate, 6)),
    );
    expect(best).toEqual({ ...run, instances: 2, batching: { ...run.batching, maxBatch: 4 } });
    // What the run says is kept, and tried alone.
    const kept = await search({ ...offline, instances: 1, 'max-batch': 2 }, { instances: [1, 2] });
    expect([kept.choices, kept.best!.instances, kept.best!.batching.maxBatch]).toEqual([[], 1, 2]);
    const half = await search({ ...offline, 'max-batch': 2 }, { instances: [1, 2] });
    expect(half.choices).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  it('of MultiStream has the least latency of whole queries, in no batch above one', async () => {
    // At the median, which a busy machine disturbs least.
    const bound = { 'samples-per-query': '6', 'latency-percentile': '0.5' };
    const stream = { scenario: 'MultiStream', ...bound, ...slowBatches };
    const { best, tried, choices } = await search(stream, { batches: [1, 3, 8], instances: [1, 2] });
    expect(choices).toEqual([
      [1, 1],
      [1, 3],
      [1, 6],
      [2, 1],
      [2, 3],
      [2, 6],
    ]);
    // Of six: 60 ms one by one, 28 ms in two batches, 20 in one; by two instances 30, 14 side by side, and 20.
    const least = [60, 28, 20, 30, 14, 20];
    for (const [i, one] of tried.entries())
      expect('latencyMs' in one && one.latencyMs).toBeGreaterThanOrEqual(least[i]! - 0.01);
    expect([best!.instances, best!.batching.maxBatch]).toEqual([2, 3]);
  });

  it('of SingleStream is about instances alone', async () => {
    const { best, choices } = await search(
      { scenario: 'SingleStream', 'backend-option': ['fixedMs=2'] },
      { batches: [1, 2, 4], instances: [1, 2] },
    );
    expect(choices).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(best!.batching.maxBatch).toBe(1);
  });

  it('is none where it is stopped', async () => {
    const stop = new AbortController();
    stop.abort();
    const { best } = await search({ scenario: 'MultiStream', ...slowBatches }, { batches: [1, 2] }, stop);
    expect(best).toBeUndefined();
  });

  it('is refused where nothing completes', async () => {
    const failing = { scenario: 'SingleStream', 'backend-option': ['fixedMs=0', 'failShare=1'] };
    await expect(search(failing, { instances: [1, 2] })).rejects.toMatchObject({
      code: 'RUN_FAULT',
      message: expect.stringContaining('without --mode peak'),
    });
  });
});
