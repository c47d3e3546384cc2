import { describe, expect, it } from 'vitest';
import { cachingVerdict } from '../../src/accuracy/caching-verdict.js';
import { compareSampledLog } from '../../src/accuracy/sampled-log.js';
import type { SampleResponse } from '../../src/loadgen/index.js';

let sequence = 0;
function response(sample: number, ...values: number[]): SampleResponse {
  sequence += 1;
  return { sequence, sample, data: new Uint8Array(Float32Array.from(values).buffer) };
}

describe('compareSampledLog', () => {
  const accuracy = [response(0, 1, 2), response(1, 3, 400), response(2, 5, 6)];

  it('passes where every sampled response is the same, also one that was sampled twice', async () => {
    const sampled = [response(1, 3, 400), response(1, 3, 400), response(0, 1, 2)];
    expect(await compareSampledLog(accuracy, sampled, 'squad-logits', 0)).toMatchObject({
      sampled: 3,
      identical: 3,
      different: 0,
      passed: true,
    });
  });

  it('lists what differs, within the tolerance or not', async () => {
    // 400.3 is within 0.1% of 400; 1.002 is not within 0.001 of 1.
    const sampled = [response(1, 3, 400.3), response(0, 1.002, 2), response(2, 5)];
    const result = await compareSampledLog(accuracy, sampled, 'squad-logits', 0.001);
    expect(result).toMatchObject({
      sampled: 3,
      identical: 0,
      withinTolerance: 1,
      different: 2,
      passed: false,
    });
    expect(result.differences).toEqual([
      { sequence: sampled[1]!.sequence, sample: 0, what: 'logits differ by up to 0.00200' },
      { sequence: sampled[2]!.sequence, sample: 2, what: '1 values instead of 2' },
    ]);
    expect((await compareSampledLog(accuracy, sampled, 'squad-logits', 0)).different).toBe(3);
  });

  it('takes detections as sets', async () => {
    const [a, b] = [
      [0, 0.1, 0.1, 0.5, 0.5, 0.9, 1],
      [0, 0.2, 0.2, 0.6, 0.6, 0.9, 2],
    ];
    const log = [response(0, ...a!, ...b!)];
    const swapped = await compareSampledLog(log, [response(0, ...b!, ...a!)], 'coco-detections', 1e-4);
    expect(swapped).toMatchObject({ withinTolerance: 1, passed: true });
    const twice = await compareSampledLog(log, [response(0, ...a!, ...a!)], 'coco-detections', 1e-4);
    expect(twice.differences[0]!.what).toBe('1 of 2 detections are missing');
    const one = await compareSampledLog(log, [response(0, ...a!)], 'coco-detections', 1e-4);
    expect(one.differences[0]!.what).toBe('1 detections instead of 2');
  });

  it('does not pass where nothing was sampled, a sample has no answer, or an answer is no number', async () => {
    expect((await compareSampledLog(accuracy, [], 'squad-logits', 0)).passed).toBe(false);
    const missing = await compareSampledLog(accuracy, [response(7, 1)], 'squad-logits', 0);
    expect(missing).toMatchObject({ different: 1, passed: false });
    expect(missing.problems.map(({ kind }) => kind)).toEqual(['missing']);
    const nan = await compareSampledLog(accuracy, [response(0, Number.NaN, 2)], 'squad-logits', 1);
    expect(nan).toMatchObject({ different: 1, passed: false });
  });
});

describe('cachingVerdict', () => {
  it('lets the repeated sample be 10% faster, no more', () => {
    expect(cachingVerdict(1000, 1099, 'samples/s').passed).toBe(true);
    expect(cachingVerdict(1000, 500, 'samples/s').passed).toBe(true);
    expect(cachingVerdict(1000 / 3, 12345.678, 'samples/s').message).toContain(
      '(12346 against 333.3 samples/s)',
    );
    expect(cachingVerdict(1000, 1110, 'samples/s')).toMatchObject({
      passed: false,
      message: expect.stringContaining('11.0% faster'),
    });
  });

  it('turns latencies round', () => {
    expect(cachingVerdict(10, 9.2, 'ms').passed).toBe(true);
    expect(cachingVerdict(10, 8, 'ms')).toMatchObject({ speedup: 1.25, passed: false });
  });
});
