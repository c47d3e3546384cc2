import { describe, expect, it } from 'vitest';
import type { PeakProgress, ProbeRequest, ServedProbe } from '../../../src/search/peak/contract.js';
import { searchPeak } from '../../../src/search/peak/search.js';
import { virtualTarget } from '../../../src/search/virtual/target.js';
import { md1System } from '../../helpers/md1.js';
import { peakOf, type Server, singleServer } from './queueing.js';

const server: Server = { serviceRate: 400, boundS: 0.1, percentile: 0.99, seed: 3 };
const settings = { precision: 0.02, budgetS: 400, minDurationS: 10 };

describe('a peak search', () => {
  it('finds the rate that queueing theory gives', async () => {
    // μ − ln(100) ÷ bound = 400 − 46.05
    expect(peakOf(server)).toBeCloseTo(353.95, 2);
    const found = await searchPeak(singleServer(server), settings, {});
    expect(found.kind).toBe('found');
    expect(Math.abs(Math.log(found.qps / peakOf(server)))).toBeLessThan(0.02);
    expect(found.lowQps).toBeLessThan(peakOf(server));
    expect(found.highQps).toBeGreaterThan(peakOf(server));
    expect(found.ended).toBe('precise');
    expect((found.highQps - found.lowQps) / 2 / found.qps).toBeLessThan(0.02);
  });

  it('has intervals that contain the truth about as often as they say', async () => {
    const servers = Array.from({ length: 8 }, (_, i) => ({
      serviceRate: 300,
      boundS: 0.06 * 1.3 ** i,
      percentile: 0.99,
      seed: 100 + i,
    }));
    let inside = 0;
    for (const one of servers) {
      const found = await searchPeak(singleServer(one), { ...settings, precision: 0.05 }, {});
      if (found.lowQps <= peakOf(one) && peakOf(one) <= found.highQps) inside++;
    }
    // Of 8 intervals of 95%, fewer than 6 contain it with a probability of 0.6%.
    expect(inside).toBeGreaterThanOrEqual(6);
  }, 120_000);

  it('gives a curve that passes through the bound at the peak', async () => {
    const { curve, qps } = await searchPeak(singleServer(server), settings, {});
    const atPeak = curve.find((point) => point.qps === qps)!;
    expect(atPeak.tailMs / 100).toBeCloseTo(1, 1);
    for (const { qps: rate, p50Ms, tailMs } of curve.filter((point) => point.qps < 0.9 * qps)) {
      // Exponential with the rate μ − λ: the median is ln 2 ÷ (μ − λ), p99 is ln 100 ÷ (μ − λ).
      expect(p50Ms / ((1000 * Math.LN2) / (400 - rate))).toBeCloseTo(1, 1);
      expect(tailMs / ((1000 * Math.log(100)) / (400 - rate))).toBeCloseTo(1, 1);
    }
  });

  it('says that no rate holds where a query alone takes too long', async () => {
    // A lone query is over 5 ms with a probability of exp(−2) = 13.5%.
    const slow = { ...server, boundS: 0.005 };
    const found = await searchPeak(singleServer(slow), settings, {});
    expect(found.kind).toBe('none holds');
    expect([found.qps, found.lowQps, found.highQps]).toEqual([0, 0, 0]);
    expect(found.lone.tailMs).toBeGreaterThan(5);
    expect(found.curve).toEqual([]);
  });

  it('asks for no rate far below the capacity, where a share that hardly rises with the rate would put the edge', async () => {
    // Lone queries meet a stall of 76 ms each 35 s and a slice that is off for 14% of the time: about 5% are late.
    const system = {
      ...md1System,
      bound: { ns: 12.68e6, percentile: 0.99 },
      maxBatch: 64,
      device: {
        ...{ fixedNs: 5.966e6, perSampleNs: 1.052e6, jitterNs: 0.1709e6, tailSigma: 0.2418 },
        slice: { periodNs: 2.674e6, share: 0.8566 },
        stalls: { everyNs: 35.03e9, forNs: 75.91e6 },
      },
    };
    const target = virtualTarget(system, 138_001);
    const requests: ProbeRequest[] = [];
    const watched = {
      ...target,
      serve: (request: ProbeRequest) => {
        requests.push(request);
        // It would be served for ever.
        if (request.queries / request.targetQps > 400) throw new Error(`${request.targetQps} queries/s`);
        return target.serve(request);
      },
    };
    const found = await searchPeak(watched, settings, {});
    expect(found.kind).toBe('none holds');
    // 64 queries take (5.966 + 64 · 1.052) ÷ 0.8566 = 85.6 ms: 748 queries/s.
    expect(Math.min(...requests.map(({ targetQps }) => targetQps))).toBeGreaterThan(0.7);
  });

  it('ends when its time is up, with the interval it has', async () => {
    const hasty = { ...settings, budgetS: 20, precision: 0.002 };
    const found = await searchPeak(singleServer(server), hasty, {});
    expect(found.ended).toBe('budget');
    expect(found.searchS).toBeLessThan(30);
    expect(found.kind).toBe('found');
    expect((found.highQps - found.lowQps) / 2 / found.qps).toBeGreaterThan(0.002);
  });

  it('keeps what it knows when it is stopped, and goes on from there', async () => {
    const target = singleServer(server);
    const stop = new AbortController();
    const served: ServedProbe[] = [];
    const recorded = {
      ...target,
      serve: async (request: ProbeRequest) => {
        const probe = await target.serve(request);
        served.push(probe);
        if (served.length === 6) stop.abort();
        return probe;
      },
    };
    const stopped = await searchPeak(recorded, settings, { signal: stop.signal });
    expect(stopped.ended).toBe('stopped');
    expect(stopped.probes).toHaveLength(6);
    const requests: ProbeRequest[] = [];
    const rest = await searchPeak(singleServer({ ...server, seed: 4 }, requests), settings, {}, served);
    expect(rest.kind).toBe('found');
    expect(Math.abs(Math.log(rest.qps / peakOf(server)))).toBeLessThan(0.02);
    expect(rest.probes.slice(0, 6)).toEqual(stopped.probes);
    expect(requests[0]!.number).toBe(6);
    // The time of the stopped part counts.
    expect(rest.searchS).toBeGreaterThan(stopped.searchS);
  });

  it('tells what it knows after each probe', async () => {
    const told: PeakProgress[] = [];
    const found = await searchPeak(singleServer(server), settings, {
      onProbe: (progress) => told.push(progress),
    });
    expect(told.map(({ probe }) => probe)).toEqual(found.probes);
    expect(told.at(0)!.qps).toBeUndefined();
    expect(told.some(({ qps }) => qps !== undefined)).toBe(true);
  });
});
