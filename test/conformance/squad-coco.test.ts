import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasShared, sharedPath } from '../helpers/shared.js';
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
  it.skipIf(!hasShared('squad'))('prints EM and F1 in full (needs ../shared)', async () => {
    await squad([sharedPath('squad/dev-v1.1.json'), sharedPath('squad/predictions-bert-ensemble.json')]);
    expect(lines.slice(0, 2)).toEqual(['exact_match 86.20624408703878', 'f1 92.19557978351145']);
  });

  it.skipIf(!hasShared('coco'))('prints the twelve numbers (needs ../shared)', async () => {
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
