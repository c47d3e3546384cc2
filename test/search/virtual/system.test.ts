import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readVirtualSystem } from '../../../src/search/virtual/system.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-system-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const path = join(folder, 'system.yaml');
  writeFileSync(path, text);
  return readVirtualSystem(path);
}

/** With these lines of the device. */
const device = (...lines: string[]) =>
  ['name: x', 'bound: 130ms', 'device:', ...lines.map((line) => `  ${line}`)].join('\n');

describe("a system's file", () => {
  it('is read with its times in nanoseconds', () => {
    const text = `name: two-slices
bound: 130ms
percentile: 0.95
rules: quick
device: { instances: 2, fixed: 4ms, per-sample: 1.5ms, max-batch: 8, jitter: 0.2ms, tail-sigma: 0.3,
          slice: { period: 4ms, share: 0.5 }, stalls: { every: 20s, for: 60ms },
          drift: { period: 5m, amplitude: 0.015 }, max-wait: 2ms }
truth: 812.5
`;
    expect(read(text)).toEqual({
      name: 'two-slices',
      bound: { ns: 130e6, percentile: 0.95 },
      rules: 'quick',
      instances: 2,
      maxBatch: 8,
      maxWaitNs: 2e6,
      device: {
        fixedNs: 4e6,
        perSampleNs: 1.5e6,
        jitterNs: 0.2e6,
        tailSigma: 0.3,
        slice: { periodNs: 4e6, share: 0.5 },
        stalls: { everyNs: 20e9, forNs: 60e6 },
        drift: { periodNs: 300e9, amplitude: 0.015 },
      },
      truth: 812.5,
    });
  });

  it('may leave most of it open', () => {
    expect(read(device('fixed: 4ms'))).toEqual({
      name: 'x',
      bound: { ns: 130e6, percentile: 0.99 },
      rules: 'mlperf',
      instances: 1,
      maxBatch: 1,
      maxWaitNs: 0,
      device: { fixedNs: 4e6, perSampleNs: 0, jitterNs: 0, tailSigma: 0 },
    });
  });

  it.each([
    ['20us', 20e3],
    ['1.5e-2ms', 15e3],
    ['0.5', 0.5e9],
    ['2m', 120e9],
  ])('has times such as %s', (text, ns) => {
    expect(read(device(`fixed: ${text}`)).device.fixedNs).toBeCloseTo(ns, 6);
  });

  const duration = 'a duration such as 4ms or 20s';
  it.each([
    ['', 'line 1: the file is empty; it must be a map.'],
    ['[1]', 'line 1: the file is 1; it must be a map.'],
    ['bound: 1ms\ndevice: {fixed: 1ms}', 'line 1: name is missing; it must be a name.'],
    [
      'name: x\nbound: 0ms\ndevice: {fixed: 1ms}',
      'line 2: bound is "0ms"; it must be a duration above 0, such as 4ms or 20s.',
    ],
    ['name: x\nbound: 1h\ndevice: 3', 'line 3: device is 3; it must be a map.'],
    ['name: x\nbound: 1h', 'line 1: device is missing; it must be a map.'],
    [
      'name: x\nbound: 1h\npercentile: 99\ndevice: {fixed: 1ms}',
      'line 3: percentile is 99; it must be a share above 0 and below 1, such as 0.99.',
    ],
    [
      'name: x\nbound: 1h\nrules: fast\ndevice: {fixed: 1ms}',
      'line 3: rules is "fast"; it must be quick or mlperf.',
    ],
    [
      'name: x\nbound: 1h\ntruth: -1\ndevice: {fixed: 1ms}',
      'line 3: truth is -1; it must be a rate of at least 0.',
    ],
    ['name: x\nboud: 1h\ndevice: {fixed: 1ms}', 'line 2: there is no key "boud" here; did you mean bound?'],
    [device('fixed: 4 parsecs'), `line 4: device.fixed is "4 parsecs"; it must be ${duration}.`],
    [device('fixed: [1ms]'), `line 4: device.fixed is "1ms"; it must be ${duration}.`],
    [device('fixed: -4ms'), `line 4: device.fixed is "-4ms"; it must be ${duration}.`],
    [device('fixed: 4ms', 'jitter: {}'), `line 5: device.jitter is a map; it must be ${duration}.`],
    [
      device('fixed: 4ms', 'instances: 0'),
      'line 5: device.instances is 0; it must be a whole number from 1 to 256.',
    ],
    [
      device('fixed: 4ms', 'max-batch: 2.5'),
      'line 5: device.max-batch is 2.5; it must be a whole number from 1 to 65536.',
    ],
    [
      device('fixed: 4ms', 'tail-sigma: wide'),
      'line 5: device.tail-sigma is "wide"; it must be a number from 0 to 5.',
    ],
    [
      device('fixed: 4ms', 'slice: { period: 4ms }'),
      'line 5: device.slice.share is missing; it must be a share from 0.001 to 1.',
    ],
    [
      device('fixed: 4ms', 'slice: { period: 4ms, share: 0 }'),
      'line 5: device.slice.share is 0; it must be a share from 0.001 to 1.',
    ],
    [
      device('fixed: 4ms', 'stalls: { every: 0.5ms, for: 1ms }'),
      'line 5: device.stalls.every is "0.5ms"; it must be a duration of at least 1ms, such as 20s.',
    ],
    [
      device('fixed: 4ms', 'stalls:', '  every: 5s', '  four: 1ms'),
      'line 7: there is no key "four" here; did you mean for?',
    ],
    [
      device('fixed: 4ms', 'drift: { period: 4s, amplitude: 1 }'),
      'line 5: device.drift.amplitude is 1; it must be a share from 0 to below 1.',
    ],
    [
      device('fixed: 4ms', 'instances: 256', 'max-batch: 65536'),
      'line 6: device serves 16777216 queries at once; instances times max-batch must be at most 131072.',
    ],
    [
      device('jitter: 4ms'),
      'line 3: device takes no time at all; give fixed or per-sample, such as fixed: 4ms.',
    ],
    ['name: [', expect.stringMatching(/^line 1 is not valid YAML: .*; correct the file\.$/)],
  ])('is refused with one sentence: %j', (text, sentence) => {
    let message = '';
    try {
      read(text);
    } catch (error) {
      expect(error).toMatchObject({ code: 'BAD_YAML' });
      message = (error as Error).message;
    }
    expect(message.replace(/^system\.yaml /, '')).toEqual(sentence);
  });
});
