/** What a search is told of a probe: by query from its record, and by batch. */
import { expect, it } from 'vitest';
import { bracketOf } from '../../../src/run/peak/bracket.js';
import { servedProbe } from '../../../src/run/peak/served.js';
import { saturationWatch } from '../../../src/search/peak/saturation.js';

const nan = Number.NaN;
/** Six queries, of which five were issued: a batch of two, one that failed, one that was lost, and one on its own. */
const record = {
  samplesPerQuery: 1,
  sample: Uint32Array.of(3, 1, 2, 0, 1, 9),
  scheduled: Float64Array.of(0, 10, 20, 30, 40, 50),
  started: Float64Array.of(15, 15, 5, 35, 45, nan),
  completed: Float64Array.of(25, 25, 12, nan, 60, nan),
  batch: Uint32Array.of(7, 7, 2, 4, 9, 0),
  instance: Uint8Array.of(1, 1, 0, 1, 0, 0),
  failed: Uint8Array.of(0, 0, 1, 1, 0, 0),
};

it('has the queries that were issued, those without an answer as NaN, and the batches by start', () => {
  const served = servedProbe(record, 5, { targetQps: 100, ended: 'complete' });
  expect(served).toEqual({
    targetQps: 100,
    ended: 'complete',
    scheduledNs: Float64Array.of(0, 10, 20, 30, 40),
    completedNs: Float64Array.of(25, 25, nan, nan, 60),
    durationS: 60e-9,
    batches: {
      sizes: Int32Array.of(1, 2, 1),
      startedNs: Float64Array.of(5, 15, 45),
      completedNs: Float64Array.of(12, 25, 60),
      instance: Uint8Array.of(0, 1, 0),
      lengths: undefined,
    },
  });
});

it('has the longest sample of each batch where lengths differ', () => {
  const { batches } = servedProbe(record, 5, { targetQps: 1, ended: 'complete' }, (sample) => 10 * sample);
  expect(batches.lengths).toEqual(Int32Array.of(20, 30, 10));
});

it('keeps nothing of the record, which is as large as memory allows', () => {
  const served = servedProbe(record, 5, { targetQps: 1, ended: 'complete' });
  expect(served.scheduledNs.buffer).not.toBe(record.scheduled.buffer);
  expect(served.scheduledNs.buffer.byteLength).toBe(5 * 8);
});

it('a peak lies between probes that tell alone, and above none that missed', () => {
  const probe = (targetQps: number, verdict: 'holds' | 'misses' | 'open') => ({ targetQps, verdict });
  const told = [probe(1e9, 'open'), probe(50, 'holds'), probe(100, 'holds'), probe(140, 'open')];
  expect(bracketOf([])).toEqual({});
  expect(bracketOf(told)).toEqual({ lowQps: 100 });
  expect(bracketOf([...told, probe(160, 'misses'), probe(150, 'misses')])).toEqual({
    lowQps: 100,
    highQps: 150,
  });
  expect(bracketOf([...told, probe(90, 'misses')])).toEqual({ lowQps: 50, highQps: 90 });
  expect(bracketOf([probe(90, 'misses')])).toEqual({ highQps: 90 });
});

/** Of queries due every millisecond, with a bound of 10 ms. */
const watchOf = (queries: number) =>
  saturationWatch(
    Float64Array.from({ length: queries }, (_, i) => 1e6 * i),
    10e6,
  );
const look = (elapsedMs: number, issued: number, completed: number, failed = 0) => ({
  elapsedNs: elapsedMs * 1e6,
  issued,
  completed,
  failed,
});

it('a probe is hopeless where the oldest query waits for more than 20 bounds, three looks in a row', () => {
  const hopeless = watchOf(1000);
  // Of the first 101 queries one still waits, the last of them due at 100 ms: it waits for 199, 201, … ms at least.
  expect(hopeless(look(299, 300, 90, 10))).toBe(false);
  expect(hopeless(look(301, 301, 90, 10))).toBe(false);
  expect(hopeless(look(500, 500, 90, 10))).toBe(false);
  expect(hopeless(look(700, 700, 90, 10))).toBe(true);
});

it('a stall that the queue recovers from is no end', () => {
  const hopeless = watchOf(1000);
  for (const elapsed of [400, 600]) expect(hopeless(look(elapsed, elapsed, 100))).toBe(false);
  expect(hopeless(look(700, 700, 690))).toBe(false);
  for (const elapsed of [910, 920]) expect(hopeless(look(elapsed, elapsed, 700))).toBe(false);
  expect(hopeless(look(930, 930, 930))).toBe(false);
});

it('what is all issued is served to its end', () => {
  const hopeless = watchOf(100);
  for (let elapsed = 1000; elapsed < 2000; elapsed += 200)
    expect(hopeless(look(elapsed, 100, 3))).toBe(false);
});
