import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compareResults } from '../../src/checks/compare-results.js';
import { planOutcome } from '../../src/checks/plan-outcome.js';
import type { ResultRun, RunDocument } from '../../src/results/types.js';
import { logText } from '../accuracy/log-file.js';
import { ourRun, publishedRun, repeatsOf } from '../compare/make-run.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-outcomes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const system = (name: string, runs: readonly ResultRun[]) => ({ name, runs });
const options = { marginPercent: 5 };

async function conclude(a: readonly ResultRun[], b: readonly ResultRun[]) {
  return (await compareResults(system('bare', a), [system('vm', b)], options)).conclusion;
}

describe('a comparison as a whole', () => {
  const baseline = repeatsOf([1000, 1001, 999], 'bare');

  it.each([
    [[990, 991, 989], 'holds'],
    [[1100, 1101, 1099], 'holds'],
    // The interval extends beyond the margin: not shown to be slower.
    [[900, 1000, 1100], 'holds'],
    [[900, 901, 899], 'slower'],
  ])('of %j against 1000: %s', async (values, conclusion) => {
    expect(await conclude(baseline, repeatsOf(values, 'vm', 10))).toBe(conclusion);
  });

  it('compares nothing where no pair is comparable, or there is none', async () => {
    const invalid = [publishedRun({ outcome: { kind: 'invalid', reasons: ['too short'] } })];
    expect(await conclude([publishedRun()], invalid)).toBe('nothing compared');
    expect(await conclude(baseline, [])).toBe('nothing compared');
  });

  it('fails where the answers differ, however fast they come', async () => {
    const answers = (name: string, label: number) => {
      const path = join(folder, name);
      mkdirSync(path, { recursive: true });
      const data = Float32Array.of(0, 0.2, 0.1, 0.6, 0.4, 0.9, label);
      writeFileSync(join(path, 'mlperf_log_accuracy.json'), logText([{ sample: 0, data }]));
      const one = { system: name, benchmark: 'ssd-resnet34', path, mode: 'AccuracyOnly' } as const;
      return [
        ...repeatsOf([1000, 1001, 999], name, name === 'vm' ? 10 : 0),
        ourRun({ ...one, throughput: undefined }),
      ];
    };
    expect(await conclude(answers('bare', 2), answers('vm', 2))).toBe('holds');
    expect(await conclude(answers('bare', 2), answers('vm', 3))).toBe('different answers');
  });
});

describe('a plan as a whole', () => {
  const document = (changes: Partial<RunDocument> = {}): RunDocument => ({
    ...ourRun().document!,
    ...changes,
  });
  const two = { runs: [1, 2] as never[] };
  const score = (met: boolean) => ({ metric: 'F1', value: 90, target: 89.96, met });

  it.each<[string, RunDocument[]]>([
    ['holds', [document(), document({ accuracy: score(true) })]],
    ['stopped', [document()]],
    ['not VALID', [document({ outcome: { kind: 'invalid', reasons: ['too short'] } }), document()]],
    ['not VALID', [document({ outcome: { kind: 'aborted', reasons: ['stopped'] } })]],
    ['target missed', [document(), document({ accuracy: score(false) })]],
  ])('%s', (outcome, documents) => expect(planOutcome(two, documents)).toBe(outcome));
});
