import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { CocoSummary } from '../../src/accuracy/coco/evaluate.js';
import {
  againstTarget,
  cocoAccuracyText,
  qualityTarget,
  squadAccuracyText,
} from '../../src/accuracy/quality.js';
import { goldenPath } from '../helpers/golden.js';
import { itWithShared, sharedPath } from '../helpers/shared.js';

const results = 'mlperf-results/v1.1/closed/Dell/results/R7525_A100-PCIE-40GBx3_TRT';
const published = (run: string) => readFile(sharedPath(results, run, 'accuracy/accuracy.txt'), 'utf8');
const own = (run: string) =>
  readFile(goldenPath('submission/closed/Example/results/rack-vm', run, 'accuracy/accuracy.txt'), 'utf8');

describe('againstTarget', () => {
  // 90.874 × 0.99 = 89.96526; the values are F1 of published Offline results of bert-99 and bert-99.9.
  const bert99 = qualityTarget('F1', 90.874, 0.99);
  const bert999 = qualityTarget('F1', 90.874, 0.999);

  it('asks for a share of the reference quality', () => {
    expect(bert99.target).toBeCloseTo(89.96526, 10);
    expect(againstTarget('F1', 90.38529083707651, bert99)).toEqual({
      metric: 'F1',
      value: 90.38529083707651,
      target: bert99.target,
      met: true,
    });
    expect(againstTarget('F1', 90.38529083707651, bert999).met).toBe(false);
    expect(againstTarget('F1', 90.86087496792462, bert999).met).toBe(true);
    expect(againstTarget('F1', Number.NaN, bert99).met).toBe(false);
  });

  it('says nothing without a target, or with one in another metric', () => {
    expect(againstTarget('F1', 90, undefined)).toEqual({ metric: 'F1', value: 90 });
    expect(againstTarget('mAP', 0.2, bert99)).toEqual({ metric: 'mAP', value: 0.2 });
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
