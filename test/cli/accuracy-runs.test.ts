import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onnx } from 'onnx-proto';
import { afterAll, describe, expect, it } from 'vitest';
import { ensureModel } from '../../src/graphs/model-cache.js';
import type { RunDocument } from '../../src/results/types.js';
import { goldenPath } from '../helpers/golden.js';
import { tinySsd } from '../helpers/models.js';
import { describeWithShared, sharedPath } from '../helpers/shared.js';
import { baremark } from './baremark.js';

const home = mkdtempSync(join(tmpdir(), 'baremark-answers-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** The small SSD with its batch dimension fixed to 1, as MLPerf's own file has it. */
async function fixedBatch(folder: string): Promise<string> {
  const built = (await ensureModel(tinySsd, join(home, 'models'))).path;
  const place = join(folder, 'fixed-model');
  mkdirSync(place);
  for (const name of readdirSync(dirname(built))) copyFileSync(join(dirname(built), name), join(place, name));
  const model = onnx.ModelProto.decode(readFileSync(built));
  for (const input of model.graph!.input!) {
    const [batch] = input.type!.tensorType!.shape!.dim!;
    delete batch!.dimParam;
    batch!.dimValue = 1;
  }
  const path = join(place, 'fixed.onnx');
  writeFileSync(path, onnx.ModelProto.encode(model).finish());
  return path;
}

function describeRuns(images: string, count: number): void {
  const folder = mkdtempSync(join(home, 'runs-'));
  const run = (system: string, ...flags: string[]) =>
    baremark(
      folder,
      ...['run', '--model', 'ssd-resnet34-small', '--scenario', 'Offline', '--dataset', images],
      ...['--out', join(folder, system), '--system', system, '--min-duration', '1s', '--min-queries', '1'],
      ...flags,
    );

  it('answers with a batch of 1 as with one of 4, and compare says so', async () => {
    const file = await fixedBatch(folder);
    const fixed = await run(
      'fixed',
      '--mode',
      'accuracy',
      '--model-file',
      file,
      '--max-batch',
      '4',
      '--json',
    );
    const [document] = JSON.parse(fixed.stdout) as RunDocument[];
    expect(document!.sut.batchPolicy.maxBatch, 'what the file takes').toBe(1);
    expect(document!.result).toMatchObject({ samples: count, failed: 0 });
    expect((await run('free', '--mode', 'accuracy', '--max-batch', '4')).stdout).toMatch(/mAP 0\.\d+$/m);
    const places = ['fixed', 'free'].map((name) => join(folder, name, name));
    const compared = async () => (await baremark(folder, 'compare', ...places)).stdout.replace(/\s+/g, ' ');
    expect(await compared()).toMatch(/free ssd-resnet34-small Offline: same answers\./);
    const log = join(places[1]!, 'ssd-resnet34-small', 'Offline', 'accuracy', 'mlperf_log_accuracy.json');
    writeFileSync(log, readFileSync(log, 'utf8').slice(0, -100));
    expect(await compared()).toMatch(/answers not compared\. .*cut short/);
  });

  it('audits: answers under load are those of accuracy mode', async () => {
    const { stdout } = await baremark(
      folder,
      ...['audit', '--model', 'ssd-resnet34-small', '--scenario', 'Offline', '--dataset', images],
      ...['--min-duration', '1s', '--json', '--out', join(folder, 'audit'), '--system', 'box'],
    );
    const { checks } = JSON.parse(stdout) as {
      checks: { check: string; passed: boolean; message: string }[];
    };
    expect(checks.map(({ check }) => check)).toEqual(['sampled answers', 'caching']);
    expect(checks[0]).toMatchObject({ passed: true, message: expect.stringMatching(/ 0 different/) });
    expect(checks[1]!.message).toMatch(/One repeated sample is answered \d+\.\d% (faster|slower)/);
  });
}

describe('accuracy runs on drawn images', () => describeRuns(goldenPath('coco'), 6));

const real = 'coco/val2017-ccby';
describeWithShared([real], 'accuracy runs on real images', () => describeRuns(sharedPath(real), 47));
