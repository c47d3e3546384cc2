import { describe, expect, it } from 'vitest';
import {
  completionCurve,
  type LatencyLine,
  latencyCurve,
  pointsOfLatencies,
  pointsOfPercentiles,
} from '../../src/report/charts/latency-curve.js';
import { dark, light } from '../../src/report/charts/palette.js';
import { ratioBars } from '../../src/report/charts/ratio-bars.js';
import { renderSvg } from '../../src/report/charts/render-svg.js';
import { shortened } from '../../src/report/charts/shortened.js';
import { ratesOverTime, throughputOverTime } from '../../src/report/charts/throughput-over-time.js';
import { seriesOf } from '../../src/report/runs/series.js';
import type { StoredRecord } from '../../src/results/types.js';

function record(changes: Partial<StoredRecord>): StoredRecord {
  const rowCount = changes.completedNs?.length ?? 0;
  return {
    rowCount,
    samplesPerQuery: 1,
    sample: new Uint32Array(rowCount),
    scheduledNs: new Float64Array(rowCount),
    issuedNs: new Float64Array(rowCount),
    startedNs: new Float64Array(rowCount),
    completedNs: new Float64Array(rowCount),
    instance: new Uint16Array(rowCount),
    batch: new Uint32Array(rowCount),
    batchSize: new Uint32Array(rowCount),
    failed: new Uint8Array(rowCount),
    ...changes,
  };
}

describe('series of a record', () => {
  it('counts latency from the scheduled time, and leaves out what never completed', () => {
    const series = seriesOf(
      record({
        scheduledNs: Float64Array.of(1e6, 2e6, 3e6),
        completedNs: Float64Array.of(9e6, 5e6, Number.NaN),
      }),
    );
    expect([...series.latencyMs]).toEqual([3, 8]);
    expect([...series.completedNs]).toEqual([5e6, 9e6]);
  });

  it('takes the last sample of a query of several, and each sample of Offline’s one query', () => {
    const completedNs = Float64Array.of(4e6, 7e6, 6e6, 5e6);
    const multi = record({ samplesPerQuery: 2, scheduledNs: Float64Array.of(0, 1e6), completedNs });
    expect([...seriesOf(multi).latencyMs]).toEqual([5, 7]);
    const offline = record({ samplesPerQuery: 4, scheduledNs: Float64Array.of(0), completedNs });
    expect([...seriesOf(offline).latencyMs]).toEqual([4, 5, 6, 7]);
  });

  it('counts a failed sample neither as throughput nor as a latency', () => {
    const failed = record({ completedNs: Float64Array.of(1e9, 2e9), failed: Uint8Array.of(1, 0) });
    expect([...seriesOf(failed).completedNs]).toEqual([2e9]);
    expect([...seriesOf(failed).latencyMs]).toEqual([2000]);
  });
});

describe('points of the charts', () => {
  it('find each share’s latency on the way to the tail', () => {
    const points = pointsOfLatencies(Float64Array.from({ length: 10_000 }, (_, i) => i + 1));
    expect(points[0]).toEqual([0, 1]);
    for (const [share, ms] of points) expect(Math.abs(ms - share * 10_000)).toBeLessThanOrEqual(1.001);
    expect(points.at(-1)![0]).toBeCloseTo(0.9999, 10);
    expect(pointsOfLatencies(new Float64Array(0))).toEqual([]);
  });

  it('add up to the run: a steady rate is flat, and the windows hold every completion', () => {
    const rates = ratesOverTime(Float64Array.from({ length: 6000 }, (_, i) => (i + 1) * 1e7));
    expect(rates).toHaveLength(60);
    expect(rates.reduce((sum, { rate }) => sum + rate * 1, 0)).toBeCloseTo(6000, 6);
    for (const { rate } of rates) expect(Math.abs(rate - 100)).toBeLessThanOrEqual(1);
  });

  it('keep both ends of a long name', () => {
    expect(shortened('r7525-vsphere-a100-40c', 40)).toBe('r7525-vsphere-a100-40c');
    expect(shortened('abcdefghijklmnop', 9)).toBe('abcd…mnop');
  });
});

describe('drawings', () => {
  it('have a role and a title that names them, whatever it holds', async () => {
    const spec = { data: { values: [] }, mark: 'point' };
    const svg = await renderSvg(spec as never, 'k', '"bare" <b>');
    expect(svg).toMatch(
      /^<svg[^>]* role="graphics-document document" aria-labelledby="k-title"><title id="k-title">/,
    );
    expect(svg).toContain('&lt;b&gt;</title>');
    expect(svg.match(/<title/g)).toHaveLength(1);
  });

  it('of different keys share no id', async () => {
    const spec = {
      data: { values: [{ a: 1 }] },
      mark: { type: 'point', clip: true },
      encoding: { x: { field: 'a', type: 'quantitative' } },
    };
    const ids = (svg: string) => [...svg.matchAll(/\bid="([^"]+)"/g)].map((match) => match[1]!);
    const [first, second] = [
      await renderSvg(spec as never, 'a', 'a chart'),
      await renderSvg(spec as never, 'b', 'a chart'),
    ];
    expect(ids(first).length).toBeGreaterThan(0);
    expect(ids(first).filter((id) => ids(second).includes(id))).toEqual([]);
    for (const [, id] of second.matchAll(/url\(#([^)]+)\)/g)) expect(ids(second)).toContain(id);
  });
});

/** Paths of a drawing in this colour, as lists of x and y in pixels. */
function pathsIn(svg: string, colour: string): [number, number][][] {
  const paths = [...svg.matchAll(/<path [^>]*d="([^"]+)" stroke="var\(--(\w+)\)"/g)];
  return paths
    .filter(([, , name]) => name === colour)
    .map(([, d]) => [...d!.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]));
}

describe('completions over time', () => {
  const published = { p50: 5000, p90: 9000, p95: 9500, p97: 9700, p99: 9900, p999: 9990 };
  const lines: LatencyLine[] = [
    { name: 'long', side: 'baseline', points: pointsOfPercentiles(published), samples: 1000 },
    {
      name: 'short',
      side: 'candidate',
      points: pointsOfPercentiles(published).map(([share, ms]) => [share, ms / 2]),
      samples: 500,
    },
  ];

  it('of runs at one rate lie on one line, whatever their length', async () => {
    const svg = await renderSvg(completionCurve(lines, 420), 'k', 'a chart');
    const slopes = ['baseline', 'candidate'].map((side) => {
      const [start, ...rest] = pathsIn(svg, side).find((path) => path.length > 2)!;
      const [x, y] = rest.at(-1)!;
      return (start![1] - y!) / (x! - start![0]);
    });
    expect(slopes[1]).toBeCloseTo(slopes[0]!, 2);
    expect(svg).toContain('>samples completed<');
    expect(svg).not.toContain('%');
  });

  it('and latencies show each published percentile as a point, and none where there is a record', async () => {
    const points = (svg: string) =>
      svg.match(/aria-hidden="true" d="M[^"]*A[^"]*"|d="M[^"]*A[^"]*"/g)?.length;
    for (const draw of [completionCurve, (some: LatencyLine[]) => latencyCurve(some, undefined, 420)]) {
      expect(points(await renderSvg((draw as typeof completionCurve)(lines, 420), 'k', 'a chart'))).toBe(12);
      const recorded = { ...lines[1]!, points: pointsOfLatencies(Float64Array.from([1, 2, 3])) };
      expect(
        points(await renderSvg((draw as typeof completionCurve)([lines[0]!, recorded], 420), 'k', 'a chart')),
      ).toBe(6);
    }
  });
});

describe('axes', () => {
  /** Labels of an axis with their places, pixels. */
  const ticksOf = (svg: string) => {
    const label = />(-?[\d.,]+)%?<\/text>/;
    return [...svg.matchAll(/<text [^>]*transform="translate\((-?[\d.]+),(-?[\d.]+)\)"[^>]*>[^<]*<\/text>/g)]
      .filter(([text]) => label.test(text))
      .map(([text, x, y]) => ({
        value: Number(label.exec(text)![1]!.replace(',', '')),
        x: Number(x),
        y: Number(y),
      }));
  };

  it('of latencies go at least one tick beyond every point', async () => {
    const sorted = Float64Array.from({ length: 5000 }, (_, i) => 1 + i * 0.0219);
    const line: LatencyLine = { name: 'vm', side: 'candidate', points: pointsOfLatencies(sorted) };
    const svg = await renderSvg(latencyCurve([line], undefined, 860), 'k', 'a chart');
    const path = pathsIn(svg, 'candidate').find((points) => points.length > 2)!;
    const ticks = ticksOf(svg);
    expect(Math.max(...ticks.map(({ value }) => value))).toBeGreaterThan(110);
    expect(ticks.map(({ value }) => value)).toContain(99.99);
    expect(path.at(-1)![0]).toBeLessThan(ticks.find(({ value }) => value === 99.99)!.x + 20);
  });

  it('of completions and rates too', async () => {
    const points = pointsOfPercentiles({ p50: 5e5, p90: 9e5, p95: 9.5e5, p97: 9.7e5, p99: 9.9e5, p999: 1e6 });
    const line = { name: 'vm', side: 'candidate' as const, points, samples: 2_760_000 };
    const svg = await renderSvg(completionCurve([line], 860), 'k', 'a chart');
    expect(svg).toContain('>3,000,000<');
    const completedNs = Float64Array.from({ length: 66_000 }, (_, i) => i * 1e5);
    const rates = await renderSvg(throughputOverTime([{ ...line, completedNs }], 860), 'k', 'a chart');
    expect(rates).toContain('>12,000<');
  });

  it.each([0.5, 1.001, 1.9, 2.7, 11])('of a ratio of %d end with a tick beyond it', (ratio) => {
    const bars = [{ label: 'bert-99 Offline', ratio, requested: false }];
    const spec = ratioBars(bars, 0.05, 880) as unknown as {
      hconcat: [
        { layer: { encoding: { x: { axis?: { values: number[] }; scale: { domain: number[] } } } }[] },
      ];
    };
    const { axis, scale } = spec.hconcat[0].layer[1]!.encoding.x;
    expect(axis!.values.at(-1)).toBe(scale.domain[1]);
    expect(axis!.values.at(-1)).toBeGreaterThan(Math.max(ratio, 1));
    expect(axis!.values.length).toBeLessThanOrEqual(9);
  });
});

describe('colours', () => {
  /** Contrast of two colours, from 1 to 21: WCAG 2.2, "contrast ratio" and "relative luminance". */
  function contrast(...colours: [string, string]): number {
    const luminances = colours.map((colour) => {
      const [r, g, b] = [1, 3, 5].map((at) => {
        const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    });
    return (Math.max(...luminances) + 0.05) / (Math.min(...luminances) + 0.05);
  }

  it.each([
    ['light', light],
    ['dark', dark],
  ])('of what is drawn have at least 3:1 against their ground in the %s, pale bars too', (_, palette) => {
    for (const name of ['baseline', 'candidate', 'pale'] as const)
      expect(contrast(palette[name], palette.card), name).toBeGreaterThanOrEqual(3);
    for (const name of ['candidate', 'pale'] as const)
      expect(contrast(palette[name], palette.band), name).toBeGreaterThanOrEqual(3);
    expect(contrast(palette.pale, palette.candidate)).toBeGreaterThan(1.4);
  });

  it('of a requested rate are pale and whole, so that their contrast holds', async () => {
    const bar = { label: 'bert-99 Server', ratio: 0.944 };
    const svg = (requested: boolean) =>
      renderSvg(ratioBars([{ ...bar, requested }], 0.05, 880), 'k', 'a chart');
    expect(await svg(true)).toContain('fill="var(--pale)"');
    expect(await svg(false)).not.toContain('var(--pale)');
    expect((await svg(true)).match(/opacity="0\.\d+"[^>]*fill="var\(--(pale|candidate)/)).toBeNull();
  });
});
