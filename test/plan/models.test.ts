import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkSpec } from '../../src/graphs/spec.js';
import { benchmarksOf, findBenchmark, readCatalogue, readModel } from '../../src/plan/models.js';
import { thrown } from './thrown.js';

describe('the models that come with baremark', () => {
  const models = Object.fromEntries(readCatalogue().map((entry) => [entry.model.name, entry]));

  it('are these six, and a graph can be built from each', () => {
    expect(Object.keys(models).toSorted()).toEqual([
      'bert-base',
      'bert-large',
      'bert-tiny',
      'ssd-mobilenet',
      'ssd-resnet34',
      'ssd-resnet34-small',
    ]);
    for (const { model } of Object.values(models)) expect(() => checkSpec(model.graph!)).not.toThrow();
  });

  it("have MLPerf's bounds, sample counts and quality targets", () => {
    const bert = models['bert-large']!;
    expect(bert.model.latencyBounds.Server).toEqual({ ns: 130_000_000, percentile: 0.99 });
    expect(bert.model.qsl).toEqual({ total: 10_833, performance: 10_833 });
    const [lower, higher] = benchmarksOf(bert);
    expect([lower!.name, higher!.name]).toEqual(['bert-99', 'bert-99.9']);
    expect(lower!.quality!.target).toBeCloseTo(90.874 * 0.99, 9);
    expect(higher!.quality!.target).toBeCloseTo(90.874 * 0.999, 9);
    const ssd = models['ssd-resnet34']!;
    expect(ssd.model.latencyBounds.Server).toEqual({ ns: 100_000_000, percentile: 0.99 });
    expect(ssd.model.qsl).toEqual({ total: 5000, performance: 64 });
    expect(benchmarksOf(ssd)[0]!.quality).toEqual({
      metric: 'mAP',
      reference: 0.2,
      share: 0.99,
      target: expect.closeTo(0.198, 12),
    });
    expect(ssd.model.graph).toMatchObject({ inputSize: 1200, widthMultiplier: 1 });
    const small = models['ssd-mobilenet']!;
    expect(small.model.latencyBounds).toEqual({ Server: { ns: 10_000_000, percentile: 0.99 } });
    expect(small.model.qsl).toEqual({ total: 5000, performance: 256 });
    expect(benchmarksOf(small)[0]!.quality).toMatchObject({
      metric: 'mAP',
      target: expect.closeTo(0.2178, 12),
    });
    expect(small.model).toMatchObject({ confName: 'ssd-mobilenet', classes: 'category-ids' });
  });

  it('are found by their own name or by that of a benchmark', () => {
    expect(findBenchmark('bert-99.9', '--model').model.name).toBe('bert-large');
    expect(findBenchmark('bert-large', '--model').name).toBe('bert-99');
    expect(findBenchmark('bert-tiny', '--model').name).toBe('bert-tiny');
    expect(thrown(() => findBenchmark('bret-tiny', '--model'))).toEqual({
      code: 'UNKNOWN_MODEL',
      message: '--model is "bret-tiny", which is not a known model or benchmark; did you mean bert-tiny?',
    });
  });
});

describe('a model file', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'baremark-models-'));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  const good = `name: mine
description: a model
graph:
  kind: ssd-resnet34
precision: fp32
weights-seed: 1
input-size: 400
qsl: { total: 10, performance: 5 }
`;
  const faultOf = (text: string) => {
    const path = join(dir, 'mine.yaml');
    writeFileSync(path, text);
    return thrown(() => readModel(path)).message;
  };

  it.each([
    [good.replace('qsl', 'qls'), 'mine.yaml line 8: there is no key "qls" here; did you mean qsl?'],
    [
      good.replace('  kind', '  widht-multiplier: 1\n  kind'),
      'mine.yaml line 4: there is no key "widht-multiplier" here; did you mean width-multiplier?',
    ],
    [
      good.replace('total: 10', 'total: 0'),
      'mine.yaml line 8: qsl.total is 0; it must be a whole number of at least 1.',
    ],
    [good.replace('fp32', 'fp8'), 'mine.yaml line 5: precision is "fp8"; it must be fp32 or fp16.'],
    [
      good.replace('ssd-resnet34', 'gpt'),
      'mine.yaml line 4: graph.kind is "gpt"; it must be bert, ssd-resnet34 or ssd-mobilenet.',
    ],
    [
      `${good}latency-bounds:\n  Server: { latency: soon, percentile: 0.99 }\n`,
      'mine.yaml line 10: latency-bounds.Server.latency is "soon"; it must be a duration such as 130ms.',
    ],
    [
      good.replace('weights-seed: 1\n', ''),
      'mine.yaml line 1: weights-seed is missing; it must be a whole number of at least 0.',
    ],
    [
      good.replace('ssd-resnet34', 'ssd-mobilenet'),
      'mine.yaml line 6: weights-seed is 1; it must be left out, because its weights were trained.',
    ],
    [good.replace('name: mine\n', ''), 'mine.yaml line 1: name is missing; it must be a string.'],
    ['- a list\n', 'mine.yaml line 1: the file is "a list"; it must be a map.'],
    ['', 'mine.yaml line 1: the file is empty; it must be a map.'],
    ['a: [1\nb: 2\n', expect.stringMatching(/^mine\.yaml line 2 is not valid YAML: .*; correct the file\.$/)],
  ])('is refused with its line (%#)', (text, message) => {
    expect(faultOf(text)).toEqual(message);
  });
});
