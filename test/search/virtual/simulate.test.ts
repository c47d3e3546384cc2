import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../src/plan/yaml.js';
import { simulatePeak, simulationJson, whatIfs } from '../../../src/search/virtual/simulate.js';
import { virtualSystemOf } from '../../../src/search/virtual/system.js';
import { simulationText } from '../../../src/search/virtual/text.js';
import { codeBlocks, readDoc } from '../../docs/markdown.js';
import { md1PeakQps, md1System } from '../../helpers/md1.js';

const ms = 1e6;
const plain = { ...md1System, name: 'plain' };
const short = { precision: 0.05, budgetS: 100 };

describe('a peak in virtual time', () => {
  it('of one instance with a fixed service time is that of M/D/1', async () => {
    const finding = await simulatePeak(plain);
    expect(finding.kind).toBe('found');
    const truth = md1PeakQps(10, 60, 0.99);
    expect(Math.abs(finding.qps / truth - 1)).toBeLessThan(0.02);
    expect(finding.lowQps).toBeLessThan(truth);
    expect(finding.highQps).toBeGreaterThan(truth);
    expect(finding.searchS).toBeLessThanOrEqual(400);
  });

  it('of half a device is half that of a whole one', async () => {
    // Slices far shorter than the service: a device of half the speed, with twice the bound.
    const device = { ...plain.device, slice: { periodNs: 0.1 * ms, share: 0.5 } };
    const sliced = await simulatePeak({ ...plain, bound: { ns: 120 * ms, percentile: 0.99 }, device }, short);
    expect(sliced.qps / (md1PeakQps(10, 60, 0.99) / 2)).toBeCloseTo(1, 1.3);
  });

  it('is none where a query alone takes longer than the bound', async () => {
    const slow = { ...plain, bound: { ns: 9 * ms, percentile: 0.99 } };
    const finding = await simulatePeak(slow, short);
    expect(finding).toMatchObject({ kind: 'none holds', qps: 0, lone: { p50Ms: 10 } });
    expect(simulationJson(slow, finding).peak).toEqual({ qps: 0, low: 0, high: 0 });
    expect(simulationText({ system: slow, finding, whatIfs: [] })).toMatch(/^plain\nNo rate holds: /);
  });

  it('follows from the seed', async () => {
    const found = (seed: number) => simulatePeak(plain, { ...short, seed });
    const first = await found(1);
    expect(await found(1)).toEqual(first);
    expect((await found(2)).probes).not.toEqual(first.probes);
  });

  it('is as JSON what the search found', async () => {
    const finding = await simulatePeak(plain, short);
    expect(simulationJson(plain, finding)).toEqual({
      ...{ name: 'plain', kind: 'found', ended: finding.ended, boundMs: 60, percentile: 0.99 },
      peak: { qps: finding.qps, low: finding.lowQps, high: finding.highQps },
      simulatedSeconds: finding.searchS,
      lone: finding.lone,
      probes: finding.probes,
    });
    expect(finding.probes.length).toBeGreaterThan(3);
  });
});

describe('what would be if', () => {
  it('takes away what takes of the device, and adds an instance', () => {
    const device = {
      ...plain.device,
      slice: { periodNs: 4 * ms, share: 0.5 },
      stalls: { everyNs: 20e9, forNs: 60 * ms },
    };
    const { slice, stalls } = device;
    const all = whatIfs({ ...plain, device, instances: 2 });
    expect(all.map(({ what, system }) => [what, system.device, system.instances])).toEqual([
      ['with a full share', { ...plain.device, stalls }, 2],
      ['without stalls', { ...plain.device, slice }, 2],
      ['with 3 instances', device, 3],
    ]);
    expect(whatIfs(plain).map(({ what }) => what)).toEqual(['with 2 instances']);
  });
});

describe('the text', () => {
  it('fits 80 columns and says what the system keeps', async () => {
    const finding = await simulatePeak(plain, short);
    const doubled = {
      ...finding,
      qps: 2 * finding.qps,
      lowQps: 2 * finding.lowQps,
      highQps: 2 * finding.highQps,
    };
    const system = { ...plain, name: `a ${'very '.repeat(30)}long name`, truth: finding.qps / 1.03 };
    const text = simulationText({
      system,
      finding,
      whatIfs: [{ what: 'with 2 instances', finding: doubled }],
    });
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).toMatch(/: this is 3% more, (within|outside) the interval\./);
    expect(text).toMatch(/^as it is .* 100%$/m);
    expect(text).toMatch(/^with 2 instances .* 50%$/m);
  });
});

it('the file in the documentation is one', () => {
  const [example] = codeBlocks(readDoc('docs/simulate.md'), 'yaml');
  expect(virtualSystemOf(parseYaml(example!, 'example.yaml'))).toMatchObject({
    name: 'two-slices',
    truth: 458,
    device: { drift: { periodNs: 600e9, amplitude: 0.015 } },
  });
});
