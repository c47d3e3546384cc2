import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { goldenPath } from '../helpers/golden.js';
import { itWithShared, sharedPath } from '../helpers/shared.js';
import { run as coco } from './coco.js';
import { UsageError } from './report.js';
import { run as squad } from './squad.js';

let lines: string[];
let folder: string;
beforeEach(async () => {
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line) => lines.push(String(line)));
  folder = await mkdtemp(join(tmpdir(), 'baremark-conformance-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

describe('conformance of accuracy', () => {
  it('prints EM and F1 in full, and how many questions have no answer', async () => {
    await squad([goldenPath('squad/dev-v1.1.json'), goldenPath('squad/predictions.json')]);
    expect(lines).toEqual(['exact_match 68.75', 'f1 80.72916666666666', 'questions 16', 'unanswered 1']);
  });

  it('prints the twelve numbers by name', async () => {
    await coco([goldenPath('coco/instances_val2017.json'), goldenPath('coco/detections.json')]);
    const { detections } = JSON.parse(await readFile(goldenPath('coco/expected.json'), 'utf8'));
    expect(lines.map((line) => line.split(' ')[0])).toEqual(
      'ap ap50 ap75 apSmall apMedium apLarge ar1 ar10 ar100 arSmall arMedium arLarge'.split(' '),
    );
    for (const [i, line] of lines.entries())
      expect(Number(line.split(' ')[1])).toBeCloseTo(detections[i], 12);
  });

  itWithShared(['squad'], 'prints EM and F1 of the BERT ensemble on SQuAD', async () => {
    await squad([sharedPath('squad/dev-v1.1.json'), sharedPath('squad/predictions-bert-ensemble.json')]);
    expect(lines.slice(0, 2)).toEqual(['exact_match 86.20624408703878', 'f1 92.19557978351145']);
  });

  itWithShared(['coco/oracle-val2014'], 'prints the twelve numbers of 100 val2014 images', async () => {
    const at = (name: string) => sharedPath('coco/oracle-val2014', name);
    await coco([at('instances_val2014_100.json'), at('instances_val2014_fakebbox100_results.json')]);
    expect(lines).toHaveLength(12);
    expect(Number(/^ap (.*)$/.exec(lines[0]!)?.[1])).toBeCloseTo(0.5045806987249628, 12);
  });

  it('calls wrong usage and bad input by its name, in one line', async () => {
    const broken = join(folder, 'broken.json');
    await writeFile(broken, '{"data": [\n<html>');
    for (const check of [squad, coco]) {
      await expect(check([])).rejects.toThrow(UsageError);
      await expect(check([join(folder, 'absent.json'), broken])).rejects.toThrow(
        /absent\.json does not exist/,
      );
      await expect(check([broken, broken])).rejects.toThrow(/^[^\n]*broken\.json is not JSON[^\n]*$/);
      await expect(check([broken, broken])).rejects.toThrow(UsageError);
    }
    expect(lines).toEqual([]);
  });
});
