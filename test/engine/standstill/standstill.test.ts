/** When a process stood still: nobody beat, and nobody left a trace either. */
import { describe, expect, it } from 'vitest';
import { beat, createBeats, gapsSince } from '../../../src/engine/standstill/beats.js';
import { standstills } from '../../../src/engine/standstill/standstills.js';

const ms = (n: number) => n * 1e6;

describe('the beats', () => {
  it('keep each gap of 200 ms and more, and none that is shorter', () => {
    const beats = createBeats();
    for (const at of [1000, 1050, 1249, 1449, 2449, 2500]) beat(beats, ms(at));
    expect(gapsSince(beats, 0, ms(2550))).toEqual([
      { fromNs: ms(1249), toNs: ms(1449) },
      { fromNs: ms(1449), toNs: ms(2449) },
    ]);
    expect(gapsSince(beats, ms(1449), ms(2550))).toEqual([{ fromNs: ms(1449), toNs: ms(2449) }]);
  });

  it('have a gap that is still open', () => {
    const beats = createBeats();
    beat(beats, ms(1000));
    expect(gapsSince(beats, 0, ms(1199))).toEqual([]);
    expect(gapsSince(beats, 0, ms(1200))).toEqual([{ fromNs: ms(1000), toNs: ms(1200) }]);
  });

  it('forget the oldest of more gaps than they can keep', () => {
    const beats = createBeats();
    for (let second = 1; second <= 1100; second++) beat(beats, ms(1000 * second));
    const gaps = gapsSince(beats, 0, ms(1100_000));
    expect(gaps).toHaveLength(1024);
    expect(gaps.at(-1)).toEqual({ fromNs: ms(1099_000), toNs: ms(1100_000) });
  });
});

describe('a standstill', () => {
  const nothing = { issued: new Float64Array(3).fill(Number.NaN), started: [], completed: [] };
  const record = (times: readonly number[]) =>
    ({
      ...nothing,
      issued: Float64Array.from(times, ms),
    }) as unknown as Parameters<typeof standstills>[1]['record'];

  it('is a gap in which no other thread left a trace', () => {
    const gaps = [{ fromNs: ms(100), toNs: ms(1100) }];
    expect(standstills(gaps, { record: record([90, 100, 1100, Number.NaN]), looks: [ms(1200)] })).toEqual(
      gaps,
    );
  });

  it('lasts from the last trace before it to the first one after it', () => {
    const gaps = [
      { fromNs: ms(100), toNs: ms(1100) },
      { fromNs: ms(5000), toNs: ms(7000) },
    ];
    const signs = { record: record([110, 120, 1090, 4000]), looks: [ms(5300), ms(6990)] };
    expect(standstills(gaps, signs)).toEqual([
      { fromNs: ms(120), toNs: ms(1090) },
      { fromNs: ms(5300), toNs: ms(6990) },
    ]);
  });

  it('is none where another thread went on, as beside a main thread or a beat that is kept waiting', () => {
    const gaps = [{ fromNs: ms(0), toNs: ms(1000) }];
    const looks = [150, 300, 450, 600, 750, 900].map(ms);
    expect(standstills(gaps, { record: record([]), looks })).toEqual([]);
    expect(standstills(gaps, { record: record([150, 300, 450, 600, 750, 900]), looks: [] })).toEqual([]);
  });
});
