import { describe, expect, it } from 'vitest';
import { sessionOptions } from '../../src/backends/onnxruntime/options.js';
import { deviceModelOf, simulatedOptions } from '../../src/backends/simulated/options.js';

const problem = (read: () => unknown) => {
  try {
    read();
  } catch (error) {
    expect(error).toMatchObject({ code: 'BAD_OPTION' });
    return (error as Error).message;
  }
  return undefined;
};

const simulatedNames =
  'fixedMs, perSampleMs, jitterMs, tailSigma, slicePeriodMs, sliceShare, stallEveryMs, stallForMs, ' +
  'driftPeriodMs, driftAmplitude, seed, instant, failEvery, failShare, dieAt, hangAt';

describe('the simulated backend', () => {
  it('takes its options, also quoted as in a plan file', () => {
    expect(simulatedOptions({})).toEqual({
      fixedMs: 1,
      perSampleMs: 0,
      jitterMs: 0,
      tailSigma: 0,
      slicePeriodMs: 0,
      sliceShare: 1,
      stallEveryMs: 0,
      stallForMs: 0,
      driftPeriodMs: 0,
      driftAmplitude: 0,
      seed: 1,
      instant: false,
      failEvery: 0,
      failShare: 0,
      dieAt: 0,
      hangAt: 0,
    });
    const given = { fixedMs: '0.5', instant: 'true', failShare: 1, dieAt: 3, seed: 4_294_967_295 };
    expect(simulatedOptions(given)).toMatchObject({
      fixedMs: 0.5,
      instant: true,
      failShare: 1,
      dieAt: 3,
      seed: 4_294_967_295,
    });
    expect(simulatedOptions({ instant: 'false', fixedMs: 0 })).toMatchObject({ instant: false, fixedMs: 0 });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ toString: 1 }, `has no option 'toString'; it has ${simulatedNames}.`],
    [{ constructor: 1 }, `has no option 'constructor'; it has ${simulatedNames}.`],
    [{ fixedMS: 1 }, "has no option 'fixedMS'; did you mean fixedMs?"],
    [JSON.parse('{"__proto__": 1}'), `has no option '__proto__'; it has ${simulatedNames}.`],
  ])('has no others: %o', (given, sentence) => {
    expect(problem(() => simulatedOptions(given))).toBe(`The simulated backend ${sentence}`);
  });

  it.each<[string, unknown, string]>([
    ['instant', 'maybe', '"maybe"; give true or false.'],
    ['instant', 1, '1; give true or false.'],
    ['failShare', 2, '2; give a number from 0 to 1.'],
    ['failShare', -0.1, '-0.1; give a number from 0 to 1.'],
    ['fixedMs', -1, '-1; give a number from 0 to 3600000.'],
    ['fixedMs', 1e300, '1e+300; give a number from 0 to 3600000.'],
    ['fixedMs', Number.NaN, 'NaN; give a number from 0 to 3600000.'],
    ['fixedMs', '', '""; give a number from 0 to 3600000.'],
    ['fixedMs', true, 'true; give a number from 0 to 3600000.'],
    ['fixedMs', null, 'empty; give a number from 0 to 3600000.'],
    ['perSampleMs', [2], '2; give a number from 0 to 3600000.'],
    ['failEvery', 2.5, '2.5; give a whole number from 0 to 4294967295.'],
    ['dieAt', 'soon', '"soon"; give a whole number from 0 to 4294967295.'],
    ['tailSigma', 6, '6; give a number from 0 to 5.'],
    ['sliceShare', 0, '0; give a number from 0.001 to 1.'],
    ['stallEveryMs', 0.5, '0.5; give 0 or a number from 1 to 3600000.'],
    ['stallEveryMs', 'often', '"often"; give 0 or a number from 1 to 3600000.'],
    ['driftAmplitude', 1, '1; give a number from 0 to 0.99.'],
    ['seed', -1, '-1; give a whole number from 0 to 4294967295.'],
  ])('refuses %s=%s', (key, value, rest) => {
    const sentence = `The simulated backend's option ${key} is ${rest}`;
    expect(problem(() => simulatedOptions({ [key]: value }))).toBe(sentence);
  });
});

describe('the simulated device', () => {
  const modelOf = (given: Record<string, unknown>) => deviceModelOf(simulatedOptions(given));

  it('is what its options say, in nanoseconds', () => {
    expect(modelOf({ fixedMs: 4, perSampleMs: '1.5', jitterMs: 0.2 })).toEqual({
      fixedNs: 4e6,
      perSampleNs: 1.5e6,
      jitterNs: 0.2e6,
      tailSigma: 0,
    });
    const given = {
      ...{ tailSigma: 0.3, slicePeriodMs: 4, sliceShare: 0.5, stallEveryMs: 20_000, stallForMs: 60 },
      ...{ driftPeriodMs: 60_000, driftAmplitude: 0.015 },
    };
    expect(modelOf(given)).toMatchObject({
      tailSigma: 0.3,
      slice: { periodNs: 4e6, share: 0.5 },
      stalls: { everyNs: 20e9, forNs: 60e6 },
      drift: { periodNs: 60e9, amplitude: 0.015 },
    });
  });

  it.each([
    ['slicePeriodMs', 4, 'sliceShare'],
    ['sliceShare', 0.5, 'slicePeriodMs'],
    ['stallEveryMs', 1000, 'stallForMs'],
    ['stallForMs', 60, 'stallEveryMs'],
    ['driftPeriodMs', 1000, 'driftAmplitude'],
    ['driftAmplitude', 0.1, 'driftPeriodMs'],
  ])('is refused with %s alone', (key, value, partner) => {
    expect(problem(() => simulatedOptions({ [key]: value }))).toBe(
      `The simulated backend's option ${key} has no effect without ${partner}; give both.`,
    );
  });
});

describe('the onnxruntime backend', () => {
  const read = (given: Record<string, unknown>) => sessionOptions('cpu', given).options;

  it('takes its options and session config entries', () => {
    const given = {
      intraOpNumThreads: '2',
      executionMode: 'parallel',
      enableMemPattern: false,
      logSeverityLevel: 0,
      optimizedModelFilePath: 'out.onnx',
      'session.intra_op.allow_spinning': 0,
      'session.set_denormal_as_zero': true,
      'ep.webgpuexecutionprovider.validationMode': 'basic',
    };
    expect(read(given)).toEqual({
      intraOpNumThreads: 2,
      executionMode: 'parallel',
      enableMemPattern: false,
      logSeverityLevel: 0,
      optimizedModelFilePath: 'out.onnx',
      executionProviders: ['cpu'],
      extra: {
        session: { intra_op: { allow_spinning: '0' }, set_denormal_as_zero: '1' },
        ep: { webgpuexecutionprovider: { validationMode: 'basic' } },
      },
    });
  });

  it.each<[string, unknown, RegExp]>([
    [
      'toString',
      1,
      /^The onnxruntime backend has no option 'toString'; it has intraOpNumThreads, .* and session config entries such as session\.intra_op\.allow_spinning\.$/,
    ],
    [
      'intraOpNumThread',
      1,
      /^The onnxruntime backend has no option 'intraOpNumThread'; did you mean intraOpNumThreads\?$/,
    ],
    [
      'session.intra_op.allow_spining',
      0,
      /no option 'session\.intra_op\.allow_spining'; did you mean session\.intra_op\.allow_spinning\?$/,
    ],
    ['foo.bar', 1, /no option 'foo\.bar'; it has /],
    ['__proto__.polluted', 1, /no option '__proto__\.polluted'/],
    ['ep.__proto__.polluted', 1, /no option 'ep\.__proto__\.polluted'/],
    ['intraOpNumThreads', true, /option intraOpNumThreads is true; give a whole number from 0 to 4096\.$/],
    ['intraOpNumThreads', '', /option intraOpNumThreads is ""; give/],
    ['intraOpNumThreads', 1e9, /option intraOpNumThreads is 1000000000; give/],
    ['logSeverityLevel', 5, /give a whole number from 0 to 4\.$/],
    ['executionMode', 'both', /option executionMode is "both"; give one of sequential, parallel\.$/],
    ['enableMemPattern', 'maybe', /option enableMemPattern is "maybe"; give true or false\.$/],
    ['optimizedModelFilePath', { a: 1 }, /option optimizedModelFilePath is a map; give a text\.$/],
    ['session.use_env_allocators', null, /option session\.use_env_allocators is empty; give a text\.$/],
  ])('refuses %s=%s', (key, value, sentence) => {
    expect(problem(() => read({ [key]: value }))).toMatch(sentence);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('has no entry beside another that begins with it, and none that reaches beyond itself', () => {
    const both = { 'ep.a.b': 1, 'ep.a': 2 };
    expect(problem(() => read(both))).toMatch(/ep\.a and ep\.a\.b cannot be given together/);
    expect(read({ 'ep.constructor.polluted': 1 }).extra).toEqual({
      ep: { constructor: { polluted: '1' } },
    });
    expect(Object).not.toHaveProperty('polluted');
  });
});
