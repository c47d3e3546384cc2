/** Latency at a rate between the points of a curve, by hand. */
import { describe, expect, it } from 'vitest';
import { curveAt } from '../../../src/compare/statistics/curve.js';

const point = (qps: number, tailMs: number, reach = 1.1) => ({
  qps,
  p50Ms: 1,
  tailMs,
  tailLowMs: tailMs / reach,
  tailHighMs: tailMs * reach,
});
const curve = [point(100, 10), point(200, 20), point(300, 80, 1.5)];

function at(qps: number, of = curve) {
  const reading = curveAt(of, qps);
  if (reading.kind === 'beyond') throw new Error(`${reading.from} to ${reading.to}`);
  return reading.tail;
}

describe('a curve', () => {
  it('is straight between two points for the logarithms of latency and of its limits', () => {
    expect(at(150).value).toBeCloseTo(Math.sqrt(10 * 20), 12);
    expect(at(225).value).toBeCloseTo(20 * 4 ** 0.25, 12);
    expect(at(225).low).toBeCloseTo((20 / 1.1) ** 0.75 * (80 / 1.5) ** 0.25, 12);
    expect(at(225).high).toBeCloseTo((20 * 1.1) ** 0.75 * (80 * 1.5) ** 0.25, 12);
  });

  it('has its points as they are, the first and the last among them', () => {
    for (const { qps, tailMs, tailLowMs, tailHighMs } of curve)
      expect(at(qps)).toEqual({ value: tailMs, low: tailLowMs, high: tailHighMs });
    expect(at(50, [point(50, 7)])).toMatchObject({ value: 7 });
  });

  it('ends where its points end, but for rounding', () => {
    const beyond = { kind: 'beyond', from: 100, to: 300 };
    expect(curveAt(curve, 99.9)).toEqual(beyond);
    expect(curveAt(curve, 300.1)).toEqual(beyond);
    expect(at(300 + 1e-8).value).toBe(80);
    expect(at(100 - 1e-8).value).toBe(10);
    expect(curveAt([], 100)).toEqual({ kind: 'beyond' });
  });

  it('passes over points without a latency', () => {
    const holes = [point(50, Number.NaN), ...curve, point(400, 0)];
    expect(at(225, holes)).toEqual(at(225));
    expect(curveAt(holes, 350)).toMatchObject({ kind: 'beyond', from: 100, to: 300 });
  });
});
