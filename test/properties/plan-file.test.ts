/** Plan files: what is written is planned, whatever the style of the YAML, and anything else is one sentence. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { BaremarkError } from '../../src/base/errors.js';
import { buildPlan } from '../../src/plan/build.js';
import { readPlanFile } from '../../src/plan/plan-file.js';
import { check, fc } from './check.js';

let path: string;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'baremark-properties-'));
  path = join(folder, 'plan.yaml');
});
afterAll(() => rmSync(folder, { recursive: true }));

function plan(text: string) {
  writeFileSync(path, text);
  return buildPlan({ plan: path, options: {}, folder });
}

const seed = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
/** Up to twenty days. */
const ms = fc.integer({ min: 1, max: 20 * 24 * 3_600_000 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** A duration in each of the ways it may be written, and its milliseconds. */
const duration = fc.oneof(
  ms.map((value) => ({ ms: value, as: `${value}ms` as unknown })),
  fc.integer({ min: 1, max: 1_700_000 }).map((s) => ({ ms: 1000 * s, as: s as unknown })),
  fc.integer({ min: 1, max: 28_000 }).map((m) => ({ ms: 60_000 * m, as: `${m}m` as unknown })),
  fc.integer({ min: 1, max: 480 }).map((h) => ({ ms: 3_600_000 * h, as: `${h}h` as unknown })),
);

const options = fc.record({
  'min-duration': maybe(duration),
  'qsl-seed': maybe(seed),
  'max-batch': maybe(fc.integer({ min: 1, max: 65_536 })),
  warmup: maybe(fc.integer({ min: 0, max: 1_000_000 })),
  'min-queries': maybe(fc.integer({ min: 1, max: 1_000_000 })),
});
type Options = typeof options extends fc.Arbitrary<infer T> ? T : never;

/** As YAML has it: durations as they are written, and nothing for what is not given. */
function written({ 'min-duration': time, ...others }: Options): Record<string, unknown> {
  const all = { ...others, 'min-duration': time?.as };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const file = fc.record({
  top: options,
  runs: fc.uniqueArray(
    fc.record({
      scenario: fc.constantFrom('Offline', 'Server', 'SingleStream', 'MultiStream'),
      own: options,
    }),
    { minLength: 1, maxLength: 4, selector: ({ scenario }) => scenario },
  ),
  repeat: fc.integer({ min: 1, max: 3 }),
  flow: fc.boolean(),
  indent: fc.integer({ min: 1, max: 8 }),
});

describe('a plan file', () => {
  it('is planned as written: a run’s own value before the plan’s, the plan’s before the default', () => {
    check(
      fc.property(file, ({ top, runs, repeat, flow, indent }) => {
        const value = {
          ...written(top),
          repeat,
          runs: runs.map(({ scenario, own }) => ({ model: 'bert-tiny', scenario, ...written(own) })),
        };
        const text = stringify(value, { collectionStyle: flow ? 'flow' : 'any', indent });
        const planned = plan(text);
        expect(planned.repeat).toBe(repeat);
        const once = planned.runs.filter((run) => run.repeat === 1);
        expect(once.map(({ scenario }) => scenario)).toEqual(runs.map(({ scenario }) => scenario));
        expect(planned.runs).toHaveLength(repeat * runs.length);
        for (const [i, { own }] of runs.entries()) {
          const { settings } = once[i]!;
          const time = own['min-duration'] ?? top['min-duration'];
          // MLPerf's 600 s where nothing is given.
          expect(settings.minDurationMs).toBe(time?.ms ?? 600_000);
          expect(settings.qslRngSeed).toBe(own['qsl-seed'] ?? top['qsl-seed'] ?? 2085463073848966840n);
          expect(settings.minQueryCount).toBe(own['min-queries'] ?? top['min-queries']);
          expect(once[i]!.warmup).toBe(own.warmup ?? top.warmup ?? 3);
        }
      }),
      60,
    );
  });

  it('is refused in one sentence or planned, whatever it holds', () => {
    const piece = fc.constantFrom(
      ...[
        'runs:',
        'model: bert-tiny',
        'scenario: Offline',
        'repeat: 2',
        'qsl-seed: -1',
        'name: [1]',
        'max-batch: auto',
      ],
      ...[
        '- ',
        '  ',
        '\n',
        '\n  - ',
        '{',
        '}',
        '[',
        ']',
        '&a ',
        '*a',
        '!!',
        '"',
        ': ',
        '? ',
        '|',
        '<<: *a',
        '\t',
        '0x10',
      ],
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 15 }).map((list) => list.join('')),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.anything({ withBigInt: true }).map((value) => stringify({ runs: value })),
    );
    check(
      fc.property(text, (any) => {
        writeFileSync(path, any);
        try {
          readPlanFile(path);
        } catch (error) {
          if (!(error instanceof BaremarkError)) throw error;
          expect(error.message).toMatch(/^[^\n]+[.?]$/);
        }
      }),
      300,
    );
  });
});
