/** How far answers under load may be from those of accuracy mode: a thousandth in FP32, a twentieth below it. */
import { describe, expect, it } from 'vitest';
import { checkSampledAnswers } from '../../src/checks/sampled-answers.js';

/** An answer of two logits to sample 0; differences are relative for values above 1, absolute below. */
function log(...values: readonly number[]) {
  return [{ sequence: 0, sample: 0, data: new Uint8Array(Float32Array.from(values).buffer) }];
}

describe('answers sampled under load', () => {
  it.each([
    ['fp32', 100.09, true],
    ['fp32', 100.2, false],
    ['fp16', 104, true],
    ['fp16', 106, false],
    ['int8', 104, true],
    ['int8', 106, false],
  ] as const)('in %s, %f for 100: %s', async (precision, value, passed) => {
    const checked = await checkSampledAnswers({ task: 'bert', precision }, log(100, 0.5), log(value, 0.5));
    expect(checked.passed).toBe(passed);
  });

  it('are absolute below 1', async () => {
    const fp32 = { task: 'bert', precision: 'fp32' } as const;
    expect((await checkSampledAnswers(fp32, log(100, 0.5), log(100, 0.5009))).passed).toBe(true);
    expect(await checkSampledAnswers(fp32, log(100, 0.5), log(100, 0.502))).toEqual({
      passed: false,
      message:
        '1 of the performance run against accuracy mode: 0 identical, 0 within 0.001, 1 different; sample 0: logits differ by up to 0.00200.',
    });
  });
});
