/** Options that change nothing are refused, and those that change only some of the runs are warned of. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import { thrown } from './thrown.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'baremark-effects-'));
  writeFileSync(join(dir, 'model.onnx'), '');
});
afterAll(() => rmSync(dir, { recursive: true }));

const bert = { model: 'bert-tiny' };
const build = (options: Record<string, unknown>, plan?: string) => buildPlan({ plan, options, folder: dir });

describe('an option that changes nothing is refused:', () => {
  it.each([
    ['--samples-per-query', { 'samples-per-query': 4, scenario: 'Server' }, 'in MultiStream'],
    ['--samples-per-query', { 'samples-per-query': 4, scenario: 'Offline' }, 'in MultiStream'],
    ['--max-wait', { 'max-wait': '2ms', scenario: 'Offline' }, 'in Server'],
    ['--coalesce', { coalesce: true, scenario: 'Offline,SingleStream' }, 'in Server'],
    [
      '--latency-percentile',
      { 'latency-percentile': 0.9, scenario: 'Offline' },
      'in Server, SingleStream or MultiStream',
    ],
    [
      '--target-latency',
      { 'target-latency': '9ms', scenario: 'Offline' },
      'in Server, SingleStream or MultiStream',
    ],
    [
      '--max-duration',
      { 'max-duration': '1h', scenario: 'Offline' },
      'in Server, SingleStream or MultiStream',
    ],
    ['--max-queries', { 'max-queries': 9, scenario: 'Offline' }, 'in Server, SingleStream or MultiStream'],
    ['--target-qps', { 'target-qps': 9, scenario: 'SingleStream' }, 'in Server or Offline'],
    ['--offline-expected-qps', { 'offline-expected-qps': 9, scenario: 'Server' }, 'in Offline'],
    ['--buckets', { buckets: '64,128', scenario: 'Offline' }, 'in Server or MultiStream on BERT'],
    [
      '--buckets',
      { buckets: '64,128', scenario: 'Server', model: 'ssd-resnet34' },
      'in Server or MultiStream on BERT',
    ],
    ['--pad', { pad: 'max', scenario: 'Server', model: 'ssd-resnet34' }, 'on BERT'],
    [
      '--graph-option input',
      { 'graph-option': ['input=uint8-nhwc'], scenario: 'Server' },
      'on SSD built here',
    ],
    [
      '--graph-option fused',
      { 'graph-option': ['fused=true'], scenario: 'Server', 'model-file': 'model.onnx' },
      'on BERT built here',
    ],
  ])('%s of %j', (flag, options, where) => {
    expect(thrown(() => build({ ...bert, ...options }))).toEqual({
      code: 'BAD_OPTION',
      message: `${flag} has an effect ${where} alone, and there is no such run; remove it.`,
    });
  });

  it('in a plan file, by its line, whatever the flags choose', () => {
    const plan = join(dir, 'mine.yaml');
    const of = (scenario: string) =>
      writeFileSync(plan, `coalesce: true\nruns:\n  - { model: bert-tiny, scenario: ${scenario} }\n`);
    of('[Offline, SingleStream]');
    expect(thrown(() => build({}, plan)).message).toBe(
      'mine.yaml line 1: coalesce has an effect in Server alone, and there is no such run; remove it.',
    );
    of('[Offline, Server]');
    expect(build({ scenario: 'Offline' }, plan).warnings).toEqual([]);
  });

  it('weights where a file has its own', () => {
    const both = { ...bert, scenario: 'Server', 'model-file': 'model.onnx', weights: 'official' };
    expect(thrown(() => build(both)).message).toBe(
      '--weights is official, but --model-file gives a file, which has its own weights; remove one of them.',
    );
  });
});

describe('an option that changes some of the runs alone is warned of:', () => {
  it.each([
    [
      { 'max-wait': '2ms', scenario: 'Offline,Server' },
      ['--max-wait has an effect in Server alone; the other runs ignore it.'],
    ],
    [
      { 'graph-option': ['fused=true'], scenario: 'Offline', model: 'bert-tiny,ssd-resnet34' },
      ['--graph-option fused has an effect on BERT built here alone; the other runs ignore it.'],
    ],
    [
      { 'min-duration': '1s', 'min-queries': 5, scenario: 'Server', mode: 'accuracy' },
      ['--min-duration has no effect in mode accuracy.', '--min-queries has no effect in mode accuracy.'],
    ],
    [{ 'min-duration': '1s', 'max-wait': '2ms', scenario: 'Server', mode: 'submission' }, []],
  ])('%j', (options, warnings) => {
    expect(build({ ...bert, ...options }).warnings).toEqual(warnings);
  });
});

describe('--target-qps', () => {
  const rates = (options: Record<string, unknown>, plan?: string) =>
    Object.fromEntries(
      build({ ...bert, ...options }, plan).runs.map(({ scenario, settings }) => [
        scenario,
        settings.serverTargetQps ?? settings.offlineExpectedQps,
      ]),
    );

  it("is Server's where there is a Server run, and Offline is sized by the probe or by its own option", () => {
    const both = { scenario: 'Offline,Server', 'target-qps': 100 };
    expect(rates(both)).toEqual({ Offline: 'auto', Server: 100 });
    expect(rates({ ...both, 'offline-expected-qps': 250 })).toEqual({ Offline: 250, Server: 100 });
    expect(rates({ scenario: 'Offline', 'target-qps': 100 })).toEqual({ Offline: 100 });
  });

  it('over a plan counts for the runs that are chosen', () => {
    expect(rates({ 'target-qps': 100 }, 'quick')).toEqual({ Offline: 'auto', Server: 100 });
    expect(rates({ 'target-qps': 100, scenario: 'Offline' }, 'quick')).toEqual({ Offline: 100 });
  });

  it('stands beside no other rate that Offline is to expect', () => {
    const two = { ...bert, scenario: 'Offline', 'target-qps': 5, 'offline-expected-qps': 6 };
    expect(thrown(() => build(two)).message).toBe(
      '--target-qps is 5 and --offline-expected-qps is 6, but Offline expects one rate; remove one of them.',
    );
  });

  it("leaves a conf file's own rate for Offline alone", () => {
    writeFileSync(join(dir, 'user.conf'), '*.Offline.target_qps = 7\n');
    const both = { scenario: 'Offline,Server', 'target-qps': 100, 'user-conf': 'user.conf' };
    expect(rates(both)).toEqual({ Offline: undefined, Server: 100 });
  });
});
