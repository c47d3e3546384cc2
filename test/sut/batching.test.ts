/** The batch policy of each scenario: only what it has a use for. */
import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import { chooseBatchPolicy, fittedBatchPolicy, textBuckets } from '../../src/sut/batching.js';

/** Planned beside a Server run, in which each of these options has an effect. */
function policyOf(scenario: string, options: Record<string, unknown> = {}, model = 'bert-tiny') {
  const given = { model: [model], scenario: [scenario, 'Server'], system: 'box', ...options };
  const plan = buildPlan({
    options: { ...given, scenario: [...new Set(given.scenario)] },
    folder: process.cwd(),
  });
  return chooseBatchPolicy(plan.runs[0]!, 8);
}

const padding = { pad: 'longest', maxLength: 384 };

describe('the batch policy of a run', () => {
  it('sorts Offline by length, without buckets and without any wait', () => {
    const policy = policyOf('Offline', { 'max-wait': '5ms', buckets: [64, 128] });
    expect(policy).toEqual({ maxBatch: 8, order: 'longest-first', buckets: [], padding });
  });

  it('has the wait in Server, and the bound to keep where there is one', () => {
    const common = { maxBatch: 8, order: 'arrival', buckets: textBuckets, padding };
    expect(policyOf('Server')).toEqual({ ...common, maxWaitNs: 0 });
    const waiting = policyOf('Server', { 'max-wait': '2.5ms', 'target-latency': '70ms' });
    expect(waiting).toEqual({ ...common, maxWaitNs: 2.5e6, boundNs: 70e6 });
  });

  it('has buckets in MultiStream, whose queries hold several texts, and none in SingleStream', () => {
    expect(policyOf('MultiStream', { 'max-wait': '5ms' })).toEqual({
      maxBatch: 8,
      order: 'arrival',
      buckets: textBuckets,
      padding,
    });
    expect(policyOf('SingleStream')).toEqual({ maxBatch: 8, order: 'arrival', buckets: [], padding });
  });

  it('takes given buckets, and has none of its own where every text is padded to the maximum, or for images', () => {
    expect(policyOf('Server', { buckets: [64, 128] }).buckets).toEqual([64, 128]);
    expect(policyOf('Server', { pad: 'max' })).toMatchObject({
      buckets: [],
      padding: { pad: 'max', maxLength: 384 },
    });
    expect(policyOf('Server', {}, 'ssd-resnet34-small').buckets).toEqual([]);
  });
});

describe('the policy fitted to model and data set', () => {
  const server = { maxBatch: 8, order: 'arrival', buckets: [64, 128], padding, maxWaitNs: 1e6 } as const;
  const fitted = (largestBatch: number, lengthsDiffer: boolean) =>
    fittedBatchPolicy(server as never, { largestBatch, lengthsDiffer });

  it('keeps to the batch of a model whose batch is fixed, and has no buckets for single samples', () => {
    expect(fitted(4, true)).toEqual({ ...server, maxBatch: 4 });
    expect(fitted(1, true)).toEqual({ ...server, maxBatch: 1, buckets: [] });
    expect(fitted(Number.POSITIVE_INFINITY, true)).toEqual(server);
  });

  it('sorts nothing and has no buckets where all samples are alike', () => {
    expect(fitted(8, false).buckets).toEqual([]);
    const offline = { ...server, order: 'longest-first' } as never;
    expect(fittedBatchPolicy(offline, { largestBatch: 8, lengthsDiffer: false }).order).toBe('arrival');
  });
});
