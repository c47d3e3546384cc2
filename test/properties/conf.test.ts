/** Conf files: what is written is read back, nothing is dropped without a word, and the most specific entry wins. */
import { describe, expect, it } from 'vitest';
import { applyConf, type ConfEntry, confEntry, parseConf } from '../../src/loadgen/settings/conf.js';
import { KEYS } from '../../src/loadgen/settings/conf-keys.js';
import { defaultSettings, scenarios } from '../../src/loadgen/settings/settings.js';
import { check, fc } from './check.js';

const model = fc.constantFrom('*', 'bert', 'ssd-resnet34', 'bert-99');
const scenario = fc.constantFrom('*', ...scenarios);
const blank = fc.constantFrom(' ', '\t', '  ', ' \t ');
const lineEnd = fc.constantFrom('\n', '\r\n', '\n\n', '\n# a comment\n');

const keyAndValue = fc.oneof(
  fc.record({
    key: fc.constantFrom('target_qps', 'target_latency'),
    value: fc.integer({ min: 1, max: 9999 }).map(String),
  }),
  fc.record({
    key: fc.constantFrom('min_query_count', 'max_query_count', 'min_duration', 'qsl_rng_seed'),
    value: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(String),
  }),
  fc.record({ key: fc.constant('mode'), value: fc.constantFrom('0', '1', '2', '3') }),
);
const entry = fc.record({ model, scenario, setting: keyAndValue });

type Written = Omit<ConfEntry, 'line'>;
const entries = fc
  .array(entry, { maxLength: 12 })
  .map((list): Written[] => list.map(({ setting, ...place }) => ({ ...place, ...setting })));

const withLines = (list: readonly Written[]): ConfEntry[] => list.map((one, i) => ({ ...one, line: i + 1 }));

describe('parseConf', () => {
  it('reads back what was written, however it is spaced', () => {
    const spacing = fc.record({
      before: fc.option(blank, { nil: '' }),
      left: blank,
      right: blank,
      end: lineEnd,
    });
    check(
      fc.property(fc.array(fc.tuple(entry, spacing), { maxLength: 10 }), (list) => {
        const text = list
          .map(([{ model, scenario, setting }, { before, left, right, end }]) =>
            [before, `${model}.${scenario}.${setting.key}`, left, '=', right, setting.value, end].join(''),
          )
          .join('');
        const parsed = parseConf(text);
        expect(parsed.problems).toEqual([]);
        expect(parsed.entries.map(({ line: _, ...rest }) => rest)).toEqual(
          list.map(([{ model, scenario, setting }]) => ({ model, scenario, ...setting })),
        );
        // Each says the line it stands on.
        const lines = text.split('\n');
        for (const { line, model, scenario, key } of parsed.entries)
          expect(lines[line - 1]).toContain(`${model}.${scenario}.${key}`);
      }),
    );
  });

  it('takes each line that is neither empty nor a comment as an entry or as a problem', () => {
    const piece = fc.constantFrom(
      '*',
      'bert',
      '.',
      'Server',
      'target_qps',
      ' = ',
      '=',
      ' ',
      '5',
      '-1',
      '1e3',
      '#',
      '\t',
    );
    const line = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(piece, { maxLength: 9 }).map((list) => list.join('')),
    );
    check(
      fc.property(fc.array(line, { maxLength: 8 }), (list) => {
        const text = list.join('\n');
        const { entries, problems } = parseConf(text);
        const meant = text.split('\n').flatMap((one, i) => (/^\s*(#|$)/.test(one) ? [] : [i + 1]));
        expect([...entries, ...problems].map(({ line }) => line).toSorted((a, b) => a - b)).toEqual(meant);
        for (const { message } of problems) expect(message).toMatch(/\.$/);
      }),
      600,
    );
  });
});

/** The rule in other words: naming the scenario counts for more than naming the model, naming both for most; of equals the last. */
function winner(list: readonly Written[], key: string, model: string, scenario: string): string | undefined {
  const rank = (one: Written) => (one.scenario === '*' ? 0 : 2) + (one.model === '*' ? 0 : 1);
  const fits = list.filter(
    (one) => one.key === key && ['*', model].includes(one.model) && ['*', scenario].includes(one.scenario),
  );
  const best = Math.max(...fits.map(rank));
  return fits.filter((one) => rank(one) === best).at(-1)?.value;
}

describe('which entry counts', () => {
  const running = fc.constantFrom(...scenarios);

  it('is the most specific one that fits, and of equals the last', () => {
    check(
      fc.property(entries, fc.constantFrom(...Object.keys(KEYS)), running, (list, key, scenario) => {
        expect(confEntry(withLines(list), key, 'bert', scenario)?.value).toBe(
          winner(list, key, 'bert', scenario),
        );
      }),
    );
  });

  it('is the same for a setting: a rate, a count, a seed and a mode', () => {
    check(
      fc.property(entries, running, (list, scenario) => {
        const before = defaultSettings(scenario);
        const after = applyConf(before, withLines(list), 'bert', scenario, 'mlperf');
        const server = winner(list, 'target_qps', 'bert', 'Server');
        expect(after.serverTargetQps).toBe(server === undefined ? before.serverTargetQps : Number(server));
        const count = winner(list, 'min_query_count', 'bert', scenario);
        expect(after.minQueryCount).toBe(count === undefined ? before.minQueryCount : Number(count));
        const seed = winner(list, 'qsl_rng_seed', 'bert', scenario);
        expect(after.qslRngSeed).toBe(BigInt(seed ?? 0));
        const modes = ['SubmissionRun', 'AccuracyOnly', 'PerformanceOnly', 'FindPeakPerformance'];
        expect(after.mode).toBe(modes[Number(winner(list, 'mode', 'bert', scenario) ?? 2)]);
      }),
    );
  });

  it('is not changed by entries for other models', () => {
    check(
      fc.property(entries, running, (list, scenario) => {
        const others = list.map((one) => ({ ...one, model: one.model === 'bert' ? 'gpt' : one.model }));
        const stars = list.filter((one) => one.model === '*');
        const apply = (of: readonly Written[]) =>
          applyConf(defaultSettings(scenario), withLines(of), 'bert', scenario);
        expect(apply(others)).toEqual(apply(stars));
      }),
    );
  });

  it('leaves a second file the last word, and a user.conf without seeds', () => {
    check(
      fc.property(entries, entries, running, (first, second, scenario) => {
        const mlperf = applyConf(defaultSettings(scenario), withLines(first), 'bert', scenario, 'mlperf');
        const both = applyConf(mlperf, withLines(second), 'bert', scenario, 'user');
        expect(both.qslRngSeed).toBe(mlperf.qslRngSeed);
        const qps = winner(second, 'target_qps', 'bert', 'Offline');
        expect(both.offlineExpectedQps).toBe(qps === undefined ? mlperf.offlineExpectedQps : Number(qps));
      }),
    );
  });
});
