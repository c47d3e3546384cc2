/** What a stop signal does to work that does not hear it, and to a run of several phases. */
import { describe, expect, it, vi } from 'vitest';
import { isStop, orStopped } from '../../src/run/hooks/stopping.js';
import { measure } from '../../src/run/measuring/measure.js';
import { everyMs, finishedRun, phaseResult, planned } from './hand-made.js';

function signals() {
  const [stop, hurry] = [new AbortController(), new AbortController()];
  return { stop, hurry, hooks: { signal: stop.signal, hurry: hurry.signal } };
}

const never = new Promise<never>(() => {});

describe('work that does not hear the signal', () => {
  it('gives what it gives, also where it ends soon after the signal', async () => {
    const { stop, hooks } = signals();
    expect(await orStopped(Promise.resolve(1), hooks)).toBe(1);
    await expect(orStopped(Promise.reject(new Error('its own')), hooks)).rejects.toThrow('its own');
    stop.abort();
    expect(await orStopped(Promise.resolve(2), hooks)).toBe(2);
  });

  it('is left after a few seconds, or at once where the user is in a hurry', async () => {
    vi.useFakeTimers();
    try {
      const slow = signals();
      const left = orStopped(never, slow.hooks).catch((error: unknown) => error);
      slow.stop.abort();
      vi.advanceTimersByTime(2_499);
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(1);
      expect(isStop(await left, slow.hooks)).toBe(true);
      const quick = signals();
      const leftAtOnce = orStopped(never, quick.hooks).catch((error: unknown) => error);
      quick.stop.abort();
      quick.hurry.abort();
      expect(isStop(await leftAtOnce, quick.hooks)).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('hands over what it gives too late', async () => {
    const { stop, hurry, hooks } = signals();
    let give = (_: string) => {};
    const work = new Promise<string>((resolve) => {
      give = resolve;
    });
    const late = new Promise<string>((resolve) => {
      orStopped(work, hooks, resolve).catch(() => {});
    });
    stop.abort();
    hurry.abort();
    give('a session');
    expect(await late).toBe('a session');
  });
});

describe('an accuracy run of several sets', () => {
  /** Measures two sets of five samples; the run is stopped while this set is loaded. */
  async function stoppedAtSet(stopped: number) {
    const { sut, effective } = await finishedRun(planned({ mode: 'accuracy' }), []);
    const { stop } = signals();
    let sets = 0;
    const library = {
      ...sut.library,
      performanceSampleCount: 5,
      unload: () => {},
      load: async (indices: Uint32Array, onLoaded?: (count: number) => void) => {
        if (++sets === stopped) stop.abort();
        onLoaded?.(1);
        return { indices };
      },
    };
    const pool = { run: async () => phaseResult(everyMs(5, () => 1)) };
    const options = {
      onLoading: () => {},
      onStart: () => {},
      onProgress: () => {},
      signal: stop.signal,
    };
    const stand = { ...sut, library, pool } as unknown as typeof sut;
    return measure(stand, { ...effective, performanceSampleCount: 5 }, 1000, options);
  }

  it('is aborted where it is stopped between two of them', async () => {
    const { phaseResults } = await stoppedAtSet(2);
    expect(phaseResults.map(({ aborted }) => aborted)).toEqual(['stopped-by-user']);
  });

  it('has measured nothing where it is stopped before the first', async () => {
    expect((await stoppedAtSet(1)).phaseResults).toEqual([]);
  });

  it('is whole where nobody stops it', async () => {
    const { phaseResults } = await stoppedAtSet(0);
    expect(phaseResults.map(({ aborted }) => aborted)).toEqual([undefined, undefined]);
  });
});
