import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logText, type TestEntry } from '../accuracy/log-file.js';
import { goldenPath } from '../helpers/golden.js';
import { itWithShared, sharedPath } from '../helpers/shared.js';
import { baremark } from './baremark.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-accuracy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two images of 100 × 100 pixels with one object of COCO's category 3 each, the second of two. */
const coco = join(folder, 'coco');
const box = (id: number) => ({
  id,
  image_id: id,
  category_id: 3,
  bbox: [10, 20, 30, 40],
  area: 1200,
  iscrowd: 0,
});
mkdirSync(join(coco, 'images'), { recursive: true });
writeFileSync(
  join(coco, 'instances_val2017.json'),
  JSON.stringify({
    images: [1, 2].map((id) => ({ id, file_name: `${id}.jpg`, width: 100, height: 100 })),
    categories: [{ id: 1 }, { id: 3 }],
    annotations: [box(1), box(2)],
  }),
);

/** The object where it is: ymin, xmin, ymax, xmax in fractions. */
const found = (sample: number, label = 2, top = 0.2): TestEntry => ({
  sample,
  data: Float32Array.of(sample, top, 0.1, top + 0.4, 0.4, 0.9, label),
});

async function score(entries: readonly TestEntry[] | string, ...flags: string[]) {
  const home = join(folder, 'box', 'ssd-resnet34', 'Offline', 'accuracy');
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, 'mlperf_log_accuracy.json'),
    typeof entries === 'string' ? entries : logText(entries),
  );
  const { code, stdout, stderr } = await baremark(
    folder,
    'accuracy',
    home,
    '--dataset',
    coco,
    '--json',
    ...flags,
  );
  return {
    code,
    stderr,
    ...(stdout ? (JSON.parse(stdout) as { value: number; met: boolean; problems: string[] }) : {}),
  };
}

describe('accuracy', () => {
  it('scores a log of SSD: all found is mAP 1, and the target is met', async () => {
    expect(await score([found(0), found(1)])).toMatchObject({ code: 0, value: 1, met: true, problems: [] });
    expect(await score([found(0, 3), found(1, 3)], '--classes', 'category-ids')).toMatchObject({
      code: 0,
      value: 1,
    });
  });

  it.each<[string, readonly TestEntry[] | string, RegExp]>([
    ['a missing sample', [found(0)], /1 sample has no response: sample 1/],
    ['a duplicated sample', [found(0), found(1), found(1)], /answered more than once/],
    ['NaN', [found(0), found(1, Number.NaN)], /NaN or infinity: sample 1/],
    ['a box outside the image', [found(0), found(1, 2, 7)], /1 box is outside the image/],
    ['a log cut short', logText([found(0), found(1)]).slice(0, -30), /cut short/],
  ])('names %s, and does not count it', async (_, entries, says) => {
    const { code, value, problems } = await score(entries);
    expect(code).toBe(1);
    expect(problems!.join('\n')).toMatch(says);
    // One of two objects is found: precision 1 up to recall 0.5, which is 51 of pycocotools' 101 points.
    expect(value).toBeCloseTo(51 / 101, 9);
  });

  it('refuses what it cannot score, with 2 and one sentence', async () => {
    expect(await score('no log')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/is not an accuracy log/),
    });
    expect(await score([], '--model', 'bert-99')).toMatchObject({ code: 2 });
    expect(await score([], '--classes', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--classes/),
    });
    const absent = await baremark(folder, 'accuracy', 'nowhere', '--dataset', coco);
    expect(absent).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/nowhere has no mlperf_log_accuracy/),
    });
  });

  it('scores a log of BERT in half precision as the official rule does', async () => {
    const home = join(folder, 'box', 'bert-99', 'Offline', 'accuracy');
    mkdirSync(home, { recursive: true });
    copyFileSync(goldenPath('squad/mlperf_log_accuracy.json'), join(home, 'mlperf_log_accuracy.json'));
    const args = ['accuracy', home, '--dataset', goldenPath('squad'), '--logits', 'float16', '--json'];
    const { code, stdout } = await baremark(folder, ...args);
    // test/golden/squad/expected.json; the target is 89.965.
    expect(JSON.parse(stdout)).toMatchObject({ value: 86.97916666666666, met: false, problems: [] });
    expect(code).toBe(1);
  });

  async function expectTruncated(run: string, dataset: string) {
    const args = ['accuracy', run, '--dataset', dataset, '--logits', 'float16'];
    const { code, stdout } = await baremark(folder, ...args);
    expect(stdout).toMatch(/bert-99: F1 .* misses the target of 89\.965/);
    expect(stdout).toMatch(/cut short: its middle was removed for publication/);
    expect(code).toBe(1);
  }

  it('says that a log was truncated for publication', () =>
    expectTruncated(
      goldenPath('submission/closed/Example/results/rack/bert-99/Offline'),
      goldenPath('squad'),
    ));

  const published = 'mlperf-results/v1.1/closed/Dell/results/R7525_A100-PCIE-40GBx3_TRT/bert-99/Offline';
  itWithShared(['squad', published], 'says that a published log was truncated', () =>
    expectTruncated(sharedPath(published), sharedPath('squad')),
  );
});

describe('pull', () => {
  let server: Server;
  let base = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/good/resnet34-ssd1200.onnx') response.end('the model');
      else if (request.url?.startsWith('/wrong/')) response.end('another file');
      else {
        response.writeHead(404);
        response.end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env.BAREMARK_CACHE = join(folder, 'cache');
  });
  afterAll(() => {
    delete process.env.BAREMARK_CACHE;
    server.close();
  });
  const official = join(folder, 'cache', 'models', 'official', 'ssd-resnet34');

  it('takes nothing for a model that is another file, from a mirror or from a folder', async () => {
    const mirror = ['models', 'pull', 'ssd-resnet34', '--mirror', `${base}/good`];
    expect(await baremark(folder, ...mirror)).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^baremark: Downloading .* it has 9 bytes where 80363696 were expected; [^\n]+\n$/,
      ),
    });
    const own = ['models', 'pull', 'bert-large', '--from', '/etc/passwd'];
    expect(await baremark(folder, ...own)).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^baremark: \/etc\/passwd is not the right file: it has \d+ bytes where 1200000000 to 1600000000 were expected; [^\n]+\n$/,
      ),
    });
    expect(readdirSync(official)).toEqual([]);
  });

  it('leaves nothing half in place where a fetch fails, in one sentence', async () => {
    const { code, stdout, stderr } = await baremark(
      folder,
      'models',
      'pull',
      'bert-large',
      '--mirror',
      `${base}/none`,
    );
    expect(stderr).toMatch(/^baremark: Downloading http.*404.*\.$/m);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect({ code: code > 0, stdout }).toEqual({ code: true, stdout: '' });
    expect(readdirSync(join(folder, 'cache', 'models', 'official', 'bert-large'))).toEqual([]);
    expect((await baremark(folder, 'models', 'pull', 'bert')).code).toBe(2);
  });

  it('takes no data set whose checksum is another', async () => {
    const { stderr } = await baremark(folder, 'datasets', 'pull', 'squad', '--mirror', `${base}/wrong`);
    expect(stderr).toMatch(/md5 .* where 3e85deb501d4e538b6bc56f786231552 was expected/);
    expect(readdirSync(join(folder, 'cache', 'datasets', 'squad'))).toEqual([]);
  });

  it('names the command that fetches official weights where they are not there', async () => {
    const args = ['run', '--model', 'bert-99', '--scenario', 'Offline', '--weights', 'official'];
    expect(await baremark(folder, ...args)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/baremark models pull bert-large\.$/m),
    });
  });
});
