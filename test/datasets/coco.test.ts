import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkDataset } from '../../src/datasets/check-dataset.js';
import { readCocoFolder } from '../../src/datasets/coco/file.js';
import { decodeImage } from '../../src/datasets/images/decode.js';
import { openLibrary } from '../../src/datasets/open-library.js';
import { goldenPath } from '../helpers/golden.js';
import { describeWithShared, sharedPath } from '../helpers/shared.js';

interface OpenCvImage {
  readonly name: string;
  /** RGB at (0, 0), (333, 777), (600, 600) and (1199, 1199), row first. */
  readonly pixels: readonly (readonly number[])[];
  /** Of the three channels. */
  readonly means: readonly number[];
}

/**
 * Image `index` of a folder at 1200 × 1200 pixels is what OpenCV 5.0.0 makes of it (cv2.imread, then cv2.resize with
 * INTER_LINEAR, as RGB), to one level. OpenCV's fixed-point sums round down, so that its channel means are up to an
 * eighth of a level below exact ones.
 */
async function expectAsOpenCv(
  dir: string,
  index: number,
  { name, pixels, means }: OpenCvImage,
): Promise<void> {
  const library = await openLibrary({ kind: 'coco', dir, layout: 'uint8-nhwc' });
  expect(library.sampleName(index)).toBe(name);
  const [column] = (await library.load(Uint32Array.of(index))).columns;
  expect(column?.dims).toEqual([1200, 1200, 3]);
  const bytes = new Uint8Array(column!.data);
  const places = [
    [0, 0],
    [333, 777],
    [600, 600],
    [1199, 1199],
  ] as const;
  for (const [i, [y, x]] of places.entries())
    for (let c = 0; c < 3; c += 1)
      expect(Math.abs(bytes[(y * 1200 + x) * 3 + c]! - pixels[i]![c]!)).toBeLessThanOrEqual(1);
  for (let c = 0; c < 3; c += 1) {
    let sum = 0;
    for (let at = c; at < bytes.length; at += 3) sum += bytes[at]!;
    expect(Math.abs(sum / 1200 ** 2 - means[c]!)).toBeLessThan(0.25);
  }
}

describe('drawn images', async () => {
  const { opencv } = JSON.parse(await readFile(goldenPath('coco/expected.json'), 'utf8')) as {
    opencv: readonly OpenCvImage[];
  };

  it.each(opencv.map((image, index) => ({ index, image, name: image.name })))(
    'image $index is what OpenCV makes of $name, to one level',
    ({ index, image }) => expectAsOpenCv(goldenPath('coco'), index, image),
  );

  it('have ids, names and sizes in the order of the annotation file', async () => {
    const { images, categoryIds } = await readCocoFolder(goldenPath('coco'));
    expect(images.map(({ id }) => id)).toEqual([411, 9, 2050, 733, 58, 307]);
    expect(images[1]).toEqual({ id: 9, fileName: '000000000009.jpg', width: 97, height: 131 });
    expect(categoryIds).toHaveLength(80);
    expect([categoryIds[0], categoryIds[11], categoryIds[79]]).toEqual([1, 13, 90]);
    const library = await openLibrary({ kind: 'coco', dir: goldenPath('coco'), layout: 'uint8-nhwc' });
    expect([library.totalSampleCount, library.performanceSampleCount]).toEqual([6, 6]);
  });
});

const realImages: readonly (OpenCvImage & { readonly index: number })[] = [
  {
    index: 0,
    name: '000000005001.jpg',
    pixels: [
      [0, 0, 0],
      [235, 174, 173],
      [1, 49, 103],
      [1, 1, 1],
    ],
    means: [63.545, 59.435, 64.256],
  },
  {
    index: 1,
    name: '000000030213.jpg',
    pixels: [
      [56, 30, 15],
      [169, 163, 146],
      [221, 219, 225],
      [35, 29, 5],
    ],
    means: [128.507, 117.1, 85.255],
  },
  {
    index: 46,
    name: '000000577539.jpg',
    pixels: [
      [105, 92, 148],
      [16, 22, 20],
      [22, 17, 99],
      [43, 44, 49],
    ],
    means: [75.11, 91.399, 133.958],
  },
];

describeWithShared(['coco/val2017-ccby'], 'real COCO images', () => {
  const cocoDir = sharedPath('coco', 'val2017-ccby');

  it.each(realImages)('image $index is what OpenCV makes of $name, to one level', (image) =>
    expectAsOpenCv(cocoDir, image.index, image),
  );

  it('have ids and sizes in the annotation file’s order', async () => {
    const { images, categoryIds } = await readCocoFolder(cocoDir);
    expect(images).toHaveLength(47);
    expect(images[0]).toEqual({ id: 5001, fileName: '000000005001.jpg', width: 640, height: 480 });
    expect(categoryIds).toHaveLength(80);
    expect([categoryIds[0], categoryIds[11], categoryIds[79]]).toEqual([1, 13, 90]);
    const library = await openLibrary({ kind: 'coco', dir: cocoDir, layout: 'uint8-nhwc' });
    expect([library.totalSampleCount, library.performanceSampleCount]).toEqual([47, 47]);
  });
});

let dir: string;
const image = (id: number, size = 16) => ({ id, file_name: `${id}.jpg`, width: size, height: size });

interface CocoParts {
  images?: unknown;
  annotations?: unknown;
  categories?: unknown;
}

async function writeAnnotations(parts: CocoParts = {}): Promise<void> {
  const whole = { images: [image(1), image(2)], annotations: [], categories: [{ id: 1 }], ...parts };
  await writeFile(join(dir, 'annotations', 'instances_val2017.json'), JSON.stringify(whole));
}

const plain = (colour: { r: number; g: number; b: number }, size = 16) =>
  sharp({ create: { width: size, height: size, channels: 3, background: colour } });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'coco-'));
  await mkdir(join(dir, 'annotations'));
  await mkdir(join(dir, 'val2017'));
});
beforeEach(async () => {
  await writeAnnotations();
  await plain({ r: 200, g: 100, b: 0 })
    .jpeg({ quality: 100 })
    .toFile(join(dir, 'val2017', '1.jpg'));
  await plain({ r: 90, g: 90, b: 90 })
    .greyscale()
    .jpeg({ quality: 100 })
    .toFile(join(dir, 'val2017', '2.jpg'));
});
afterAll(() => rm(dir, { recursive: true }));

const open = (spec = {}) => openLibrary({ kind: 'coco', dir, inputSize: 8, layout: 'uint8-nhwc', ...spec });

describe('a folder in the published layout', () => {
  it('loads in any order, grey as RGB, with progress', async () => {
    const progress: number[] = [];
    const loaded = await (await open()).load(Uint32Array.of(1, 0), (count) => progress.push(count));
    expect(Array.from(loaded.indices)).toEqual([1, 0]);
    expect(progress).toEqual([1, 2]);
    const bytes = new Uint8Array(loaded.columns[0]!.data);
    expect(Array.from(bytes.subarray(0, 3))).toEqual([90, 90, 90]);
    const [red, green, blue] = bytes.subarray(8 * 8 * 3);
    expect(Math.abs(red! - 200) + Math.abs(green! - 100) + blue!).toBeLessThan(6);
  });

  it('decodes CMYK to three channels', async () => {
    const path = join(dir, 'val2017', '1.jpg');
    await plain({ r: 250, g: 250, b: 250 }).toColourspace('cmyk').jpeg().toFile(path);
    const { data } = await decodeImage(path);
    expect(data).toHaveLength(16 * 16 * 3);
    expect(Math.min(...data)).toBeGreaterThan(200);
  });

  it('hashes by images, size and layout', async () => {
    const { hash } = await open();
    expect((await open()).hash).toBe(hash);
    expect((await open({ inputSize: 9 })).hash).not.toBe(hash);
    expect((await open({ layout: 'float-nchw' })).hash).not.toBe(hash);
    await writeAnnotations({ images: [image(2), image(1)] });
    expect((await open()).hash).not.toBe(hash);
  });

  it('is reported whole', async () => {
    const report = await checkDataset({ kind: 'coco', dir, layout: 'uint8-nhwc' });
    expect(report).toEqual({ name: 'coco-val2017', counts: { images: 2, readable: 2 }, problems: [] });
  });
});

describe('faults of a COCO folder', () => {
  it.each([
    ['no images', { images: [] }, 'images'],
    [
      'an image without a file name',
      { images: [image(1), { id: 2, width: 1, height: 1 }] },
      'images[1].file_name',
    ],
    [
      'a box of three numbers',
      { annotations: [{ image_id: 1, category_id: 1, bbox: [1, 2, 3] }] },
      'annotations[0].bbox',
    ],
    ['no categories', { categories: 'none' }, 'categories'],
  ])('annotations with %s are refused with the place', async (_, parts, place) => {
    await writeAnnotations(parts);
    await expect(open()).rejects.toMatchObject({
      code: 'BAD_DATASET',
      message: expect.stringContaining(`instances_val2017.json is wrong at ${place}:`),
    });
  });

  it('truncated annotations are refused with the position', async () => {
    const path = join(dir, 'annotations', 'instances_val2017.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.slice(0, 40));
    await expect(open()).rejects.toThrow(/ends at position 40/);
  });

  it('a missing image is named when the data set is opened', async () => {
    await rm(join(dir, 'val2017', '2.jpg'));
    await expect(open()).rejects.toThrow(/2\.jpg is missing, 1 of 2 images in all/);
  });

  it.each([
    ['truncated', (bytes: Buffer) => bytes.subarray(0, bytes.length - 60)],
    ['not an image', () => Buffer.from('<html>not found</html>')],
    ['empty', () => Buffer.alloc(0)],
  ])('an image that is %s is named when it is loaded', async (_, spoil) => {
    const path = join(dir, 'val2017', '1.jpg');
    await writeFile(path, spoil(await readFile(path)));
    const library = await open();
    await expect(library.load(Uint32Array.of(0, 1))).rejects.toMatchObject({
      code: 'BAD_IMAGE',
      message: expect.stringContaining(path),
    });
  });

  it('are all reported at once', async () => {
    await writeFile(join(dir, 'val2017', '1.jpg'), 'no image');
    await writeAnnotations({ images: [image(1), image(2, 17), image(3)] });
    const { counts, problems } = await checkDataset({ kind: 'coco', dir, layout: 'uint8-nhwc' });
    expect(counts).toEqual({ images: 3, readable: 0 });
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatch(/1\.jpg cannot be decoded/);
    expect(problems[1]).toMatch(/2\.jpg is 16×16 pixels where the annotations say 17×17/);
    expect(problems[2]).toMatch(/3\.jpg is missing/);
  });

  it('a folder that is none is reported in one sentence', async () => {
    const report = await checkDataset({ kind: 'coco', dir: join(dir, 'none'), layout: 'uint8-nhwc' });
    expect(report.problems).toEqual([expect.stringContaining('has no instances_val2017.json')]);
  });
});
