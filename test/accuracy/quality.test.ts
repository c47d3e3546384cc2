import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { CocoSummary } from '../../src/accuracy/coco/evaluate.js';
import {
  cocoAccuracyText,
  qualityTarget,
  qualityVerdict,
  squadAccuracyText,
} from '../../src/accuracy/quality.js';
import { goldenPath } from '../helpers/golden.js';
import { itWithShared, sharedPath } from '../helpers/shared.js';

const results = 'mlperf-results/v1.1/closed/Dell/results/R7525_A100-PCIE-40GBx3_TRT';
const published = (run: string) => readFile(sharedPath(results, run, 'accuracy/accuracy.txt'), 'utf8');
const own = (run: string) =>
  readFile(goldenPath('submission/closed/Example/results/rack-vm', run, 'accuracy/accuracy.txt'), 'utf8');

describe('qualityTarget', () => {
  it('asks for a share of the reference quality', () => {
    expect(qualityTarget('bert-99')?.target).toBeCloseTo(89.96526, 10);
    expect(qualityTarget('bert-99.9')?.target).toBeCloseTo(90.783126, 10);
    expect(qualityTarget('ssd-resnet34')).toMatchObject({ metric: 'mAP', reference: 0.2, share: 0.99 });
    expect(qualityTarget('ssd-resnet34')?.target).toBeCloseTo(0.198, 12);
    expect(qualityTarget('bert-tiny')).toBeUndefined();
  });
});

describe('qualityVerdict', () => {
  it('says whether the target is met', () => {
    // F1 of the published Offline results of bert-99 and bert-99.9.
    expect(qualityVerdict('bert-99', 90.38529083707651)).toMatchObject({
      met: true,
      message: 'F1 90.385 meets the target of 89.965 (99% of 90.874).',
    });
    expect(qualityVerdict('bert-99.9', 90.86087496792462).met).toBe(true);
    expect(qualityVerdict('bert-99.9', 90.38529083707651)).toMatchObject({
      met: false,
      message: 'F1 90.385 misses the target of 90.783 (99.9% of 90.874).',
    });
    expect(qualityVerdict('ssd-resnet34', 0.20117).met).toBe(true);
    expect(qualityVerdict('ssd-resnet34', Number.NaN).met).toBe(false);
    expect(() => qualityVerdict('resnet50', 0.7)).toThrow(/resnet50 has no MLPerf quality target/);
  });
});

describe('accuracy.txt', () => {
  it('reads as Python writes it for BERT', async () => {
    const score = { exactMatch: 75, f1: 86.97916666666666, questions: 16, unanswered: [] };
    const hash = '2cd0ef5fa337465d8e966d15d89e7a26268945bf273f3fbbfa927bf53f315fa6';
    expect(squadAccuracyText(score, hash)).toBe(await own('bert-99/Offline'));
  });

  it("reads as pycocotools' table and MLPerf's line for SSD", async () => {
    const { log } = JSON.parse(await readFile(goldenPath('coco/expected.json'), 'utf8')) as { log: number[] };
    const names = 'ap ap50 ap75 apSmall apMedium apLarge ar1 ar10 ar100 arSmall arMedium arLarge'.split(' ');
    const summary = Object.fromEntries(names.map((name, i) => [name, log[i]])) as unknown as CocoSummary;
    const hash = 'dee8ec00a4eb22675844f13e788ead7b894f2e243a5833e9566a4cf62ca6f51b';
    expect((await own('ssd-resnet34/Server')).endsWith(cocoAccuracyText(summary, hash))).toBe(true);
    expect(cocoAccuracyText(summary)).toMatch(/\nmAP=24\.360%\n$/);
  });

  itWithShared([results], 'reads like the published one of BERT', async () => {
    const text = await published('bert-99/Offline');
    const score = { exactMatch: 83.11258278145695, f1: 90.38529083707651, questions: 10_570, unanswered: [] };
    const hash = 'af69c9d29199481121b17dd4f633770839889768c83af05fcd34eae59d5b7b9d';
    const [first, last] = squadAccuracyText(score, hash).trimEnd().split('\n');
    expect(text.split('\n')[0]).toBe(first);
    expect(text.trimEnd().split('\n').at(-1)).toBe(last);
  });

  itWithShared([results], 'reads like the published one of SSD', async () => {
    const text = await published('ssd-resnet34/Offline');
    // The values of that file, to its three digits; mAP to five.
    const summary: CocoSummary = {
      ap: 0.20117,
      ap50: 0.381,
      ap75: 0.188,
      apSmall: 0.12,
      apMedium: 0.258,
      apLarge: 0.239,
      ar1: 0.203,
      ar10: 0.332,
      ar100: 0.353,
      arSmall: 0.179,
      arMedium: 0.412,
      arLarge: 0.43,
    };
    const hash = '78968b4b85e6c933ed63e93e96b3f7429581925d40141cf20aec8670e9274512';
    expect(text.endsWith(cocoAccuracyText(summary, hash))).toBe(true);
    expect(cocoAccuracyText(summary)).toMatch(/\nmAP=20\.117%\n$/);
  });

  it('writes whole numbers as Python does', () => {
    const score = { exactMatch: 100, f1: 0, questions: 1, unanswered: [] };
    expect(squadAccuracyText(score)).toBe('{"exact_match": 100.0, "f1": 0.0}\n');
  });
});
