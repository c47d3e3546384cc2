/** The drawing of a peak: where its marks stand in the SVG, in pixels that follow from rates and latencies. */
import { describe, expect, it } from 'vitest';
import { peakCurve } from '../../src/report/charts/peak-curve.js';
import { renderSvg } from '../../src/report/charts/render-svg.js';
import { type PeaksOf, pictureOf } from '../../src/report/peak/systems.js';
import type { Peak } from '../../src/results/document/peak.js';
import { peakAt } from '../helpers/peak.js';

const draw = (...systems: PeaksOf[]) => renderSvg(peakCurve(pictureOf(systems)!, 860), 'k', 'peaks');
const one = (changes: Partial<Peak> = {}) => draw({ name: 'vm', peaks: [peakAt(1000, changes)] });
const two = (baseline: Peak, candidate: Peak) =>
  draw({ name: 'bare', peaks: [baseline] }, { name: 'vm', peaks: [candidate] });

/** Lines from the axis up to the bound, one for each system and panel: where, and how high. */
function peakLines(svg: string) {
  const lines = svg.matchAll(
    /<line transform="translate\(([\d.]+),([\d.]+)\)" x2="0" y2="-([\d.]+)" stroke="var\(--(\w+)\)"[^>]*dasharray="2,3"/g,
  );
  return [...lines].map(([, x, y, up, side]) => ({ x: Number(x), y: Number(y), up: Number(up), side }));
}

/** Bands of intervals. */
function bands(svg: string) {
  const found = svg.matchAll(
    /d="M([\d.]+),([\d.]+)h([\d.]+)v[\d.]+h[-\d.]+Z" fill="var\(--(\w+)\)" opacity="0.18"/g,
  );
  return [...found].map(([, x, , width, side]) => ({ x: Number(x), width: Number(width), side }));
}

/** Probes: hollow points. */
function probes(svg: string) {
  const found = svg.matchAll(
    /<path transform="translate\(([\d.]+),([\d.]+)\)" d="([^"]+)" stroke="var\(--(\w+)\)" stroke-width="1.5" opacity="1"/g,
  );
  return [...found].map(([, x, y, shape, colour]) => ({ x: Number(x), y: Number(y), shape, colour }));
}

describe('the chart of one peak', () => {
  it('has its peak in its interval, and the bound in the middle of the axis up to twice the bound', async () => {
    const svg = await one({ lowQps: 950, highQps: 1080 });
    const [peak] = peakLines(svg);
    expect(peak!.up).toBeCloseTo(peak!.y / 2, 6);
    const [band] = bands(svg);
    // Rates begin at 0 on the left edge.
    expect(band!.x / peak!.x).toBeCloseTo(0.95, 6);
    expect(band!.width / peak!.x).toBeCloseTo(0.13, 6);
    expect(svg.match(/bound: 99% within 100 ms/g)).toHaveLength(1);
    expect(svg).toContain('>1000 queries/s (950–1080)<');
    expect(svg).toContain('aria-label="vm: peak 1000 queries/s, 95% interval 950 to 1080"');
  });

  it('draws both percentiles where they are, cut off at the edge', async () => {
    const svg = await one();
    const { x, y } = peakLines(svg)[0]!;
    const curve = (width: string) =>
      svg
        .match(new RegExp(`d="(M[^"]+)" stroke="var\\(--candidate\\)" stroke-width="${width}"`))![1]!
        .slice(1)
        .split('L')
        .map((point) => point.split(',').map(Number));
    // 24 ms at 750 queries/s, of an axis of 200 ms; p50 is a quarter of it.
    for (const [width, ms] of [
      ['2', 24],
      ['1.1', 6],
    ] as const) {
      const [px, py] = curve(width)[2]!;
      expect(px! / x).toBeCloseTo(0.75, 2);
      expect(py! / y).toBeCloseTo(1 - ms / 200, 2);
    }
    expect(svg.match(/clip-path/g)!.length).toBeGreaterThan(3);
    for (const name of ['p99', 'p50', 'latency (ms)', 'rate (queries/s)', 'close-up, queries/s'])
      expect(svg).toContain(`>${name}<`);
  });

  it('names percentiles one below the other where both leave the chart side by side', async () => {
    const at = (qps: number, p50Ms: number, tailMs: number) => ({
      ...{ qps, p50Ms, tailMs, tailLowMs: tailMs, tailHighMs: tailMs },
    });
    const curve = [at(900, 10, 40), at(1000, 40, 100), at(1001, 5000, 6000)];
    const svg = await one({ curve });
    const heightOf = (name: string) =>
      Number(new RegExp(`translate\\([\\d.]+,([\\d.]+)\\)"[^>]*>${name}<`).exec(svg)![1]);
    expect(heightOf('p50') - heightOf('p99')).toBeGreaterThan(11);
  });

  it('tells verdicts apart by shape and colour, and keeps probes above the edge on it', async () => {
    const peak = peakAt(1000);
    const [holds, misses] = peak.probes as [Peak['probes'][0], Peak['probes'][0]];
    const open = { ...holds, targetQps: 990, tailMs: 98, verdict: 'open' as const };
    const svg = await one({ probes: [holds, misses, open] });
    const { x, y } = peakLines(svg)[0]!;
    const drawn = probes(svg).slice(0, 3);
    expect(new Set(drawn.map(({ shape }) => shape)).size).toBe(3);
    expect(drawn.map(({ colour }) => colour)).toEqual(['candidate', 'bad', 'soft']);
    expect(drawn.map((probe) => +(probe.x / x).toFixed(6))).toEqual([0.95, 1.1, 0.99]);
    // 60, 400 and 98 ms on an axis that ends at 200 ms.
    expect(drawn.map((probe) => +(1 - probe.y / y).toFixed(6))).toEqual([0.3, 1, 0.49]);
    for (const verdict of ['holds', 'misses', 'open']) expect(svg).toContain(`>${verdict}<`);
  });

  it('has no place for what is not known', async () => {
    const unknown = Number.NaN;
    const peak = peakAt(1000);
    const svg = await one({
      lowQps: unknown,
      highQps: unknown,
      curve: peak.curve.map((point) => ({ ...point, p50Ms: unknown, tailLowMs: unknown })),
      probes: peak.probes.map((probe) => ({ ...probe, tailMs: unknown })),
    });
    expect(svg).not.toMatch(/NaN|null/);
    expect(svg).not.toContain('opacity="0.18"');
    expect(svg).toContain('>1000 queries/s<');
  });
});

describe('the chart of two peaks', () => {
  it('has both in the colours of their sides, at their rates, and the bound once', async () => {
    const svg = await two(peakAt(1000), peakAt(900));
    const [a, b] = peakLines(svg);
    expect([a!.side, b!.side]).toEqual(['baseline', 'candidate']);
    expect(b!.x / a!.x).toBeCloseTo(0.9, 6);
    expect(bands(svg)).toHaveLength(4);
    expect(svg.match(/bound: /g)).toHaveLength(1);
    for (const text of ['bare', 'vm', '1000 queries/s (990–1010)', '900 queries/s (891–909)'])
      expect(svg).toContain(`>${text}<`);
    const drawn = probes(svg).slice(0, 4);
    expect(drawn.map(({ colour }) => colour)).toEqual(['baseline', 'baseline', 'candidate', 'candidate']);
    expect(drawn[0]!.shape).not.toBe(drawn[1]!.shape);
    // No colour that a dark page does not change.
    expect(svg).not.toMatch(/(fill|stroke)="(#|rgb|black)/);
  });

  it('has both bounds where they differ', async () => {
    const svg = await two(peakAt(1000, { boundMs: 50 }), peakAt(900));
    expect(svg.match(/bound: 99% within (50|100) ms/g)).toHaveLength(2);
  });

  it('has no close-up where the peaks are far apart', async () => {
    expect(await two(peakAt(1000), peakAt(500))).not.toContain('close-up');
  });

  it('draws the middle run, and the others faintly', async () => {
    const repeats: PeaksOf = { name: 'bare', peaks: [peakAt(1010), peakAt(980), peakAt(1000)] };
    const svg = await draw(repeats, { name: 'vm', peaks: [peakAt(900)] });
    expect(svg).toContain('>1000 queries/s (990–1010)<');
    // Two others, in two panels.
    expect(svg.match(/stroke="var\(--baseline\)" stroke-width="1"[^>]*opacity="0.45"/g)).toHaveLength(4);
  });
});
