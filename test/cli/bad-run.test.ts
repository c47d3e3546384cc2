import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureModel } from '../../src/graphs/model-cache.js';
import { tinyBert, tinySsd } from '../helpers/models.js';
import { baremark } from './baremark.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-bad-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let bert = '';
let ssd = '';
beforeAll(async () => {
  bert = (await ensureModel(tinyBert, folder)).path;
  ssd = (await ensureModel(tinySsd, folder)).path;
});

let out = '';
beforeEach(() => {
  out = join(folder, `out-${Math.random().toString(36).slice(2)}`);
});

/** Runs, and expects exit code 2, one sentence that says this, and nothing written. */
async function expectRefusal(args: readonly string[], says: RegExp): Promise<void> {
  const { code, stdout, stderr } = await baremark(
    folder,
    'run',
    '--scenario',
    'Offline',
    '--min-duration',
    '1s',
    '--out',
    out,
    ...args,
  );
  const sentence = stderr.trim().split('\n').at(-1)!;
  expect(sentence).toMatch(says);
  expect(sentence).toMatch(/[.]$/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(existsSync(out) ? readdirSync(out) : [], 'nothing is half-written').toEqual([]);
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe('a run refuses, with exit code 2 and one sentence,', () => {
  it('a model file that is no model', () =>
    expectRefusal(
      ['--model', 'bert-tiny', '--model-file', file('garbage.onnx', 'no model at all')],
      /model file .*garbage\.onnx/,
    ));

  it('a model file that is cut short', async () => {
    const { readFileSync } = await import('node:fs');
    const cut = file('cut/model.onnx', '');
    writeFileSync(cut, readFileSync(bert).subarray(0, 2000));
    await expectRefusal(['--model', 'bert-tiny', '--model-file', cut], /model file .*cut\/model\.onnx/);
  });

  it('a model file whose weights are missing', async () => {
    const { readFileSync } = await import('node:fs');
    const alone = file('alone/model.onnx', '');
    writeFileSync(alone, readFileSync(bert));
    await expectRefusal(['--model', 'bert-tiny', '--model-file', alone], /model file .*alone\/model\.onnx/);
  });

  it('a model whose inputs do not fit the data set', () =>
    expectRefusal(['--model', 'bert-tiny', '--model-file', ssd], /input.*image/i));

  it('a corrupt image', async () => {
    const data = join(folder, 'coco');
    mkdirSync(join(data, 'images'), { recursive: true });
    const pixels = { create: { width: 32, height: 24, channels: 3 as const, background: 'red' } };
    await sharp(pixels)
      .jpeg()
      .toFile(join(data, 'images', 'good.jpg'));
    writeFileSync(join(data, 'images', 'bad.jpg'), 'no picture');
    const image = (id: number, name: string) => ({ id, file_name: name, width: 32, height: 24 });
    const document = {
      images: [image(1, 'good.jpg'), image(2, 'bad.jpg')],
      categories: [{ id: 1, name: 'x' }],
      annotations: [],
    };
    writeFileSync(join(data, 'instances_val2017.json'), JSON.stringify(document));
    await expectRefusal(['--model', 'ssd-resnet34-small', '--dataset', data], /bad\.jpg/);
  });

  it('a SQuAD file that is broken', () => {
    file('squad/vocab.txt', '[PAD]\n[UNK]\n[CLS]\n[SEP]\nthe\n');
    file('squad/dev-v1.1.json', '{"version": "1.1", "data": [{"title"');
    return expectRefusal(['--model', 'bert-tiny', '--dataset', join(folder, 'squad')], /dev-v1\.1\.json/);
  });

  it('a COCO file that is broken', () => {
    file('broken-coco/instances_val2017.json', '{"images": [{"id": 1}], "annotations": []}');
    mkdirSync(join(folder, 'broken-coco', 'images'), { recursive: true });
    return expectRefusal(
      ['--model', 'ssd-resnet34-small', '--dataset', join(folder, 'broken-coco')],
      /instances_val2017\.json/,
    );
  });

  it('an output folder that cannot be written', () => {
    const blocked = file('blocked', 'a file');
    out = join(blocked, 'below');
    return expectRefusal(['--model', 'bert-tiny'], /blocked.*cannot be written.*--out/);
  });

  it('more instances than memory allows', () =>
    expectRefusal(
      ['--model', 'bert-tiny', '--model-file', bert, '--instances', '1024'],
      /1024 instances.*--instances/,
    ));

  it('a record that memory cannot hold', () =>
    expectRefusal(
      [
        '--model',
        'bert-tiny',
        '--backend',
        'simulated',
        '--backend-option',
        'instant=true',
        '--scenario',
        'Server',
        '--target-qps',
        '1000000',
        '--min-duration',
        '10h',
      ],
      /record of .* samples needs .* of memory/,
    ));
});

describe('a full output folder', () => {
  const tmpfs = join(folder, 'full');
  const mount = () =>
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', tmpfs], { stdio: 'ignore' });
  const unmount = () => execFileSync('umount', [tmpfs]);
  const mountable = (() => {
    mkdirSync(tmpfs);
    try {
      mount();
      unmount();
      return true;
    } catch {
      return false;
    }
  })();
  it.skipIf(!mountable)(
    `is refused before the run${mountable ? '' : ' (skipped: mounting a small file system needs root)'}`,
    async () => {
      mount();
      try {
        out = join(tmpfs, 'out');
        await expectRefusal(['--model', 'bert-tiny'], /(full|free)/);
      } finally {
        unmount();
      }
    },
  );
});

describe('an accuracy run that is there already', () => {
  it('is not overwritten', async () => {
    const args = [
      'run',
      '--model',
      'bert-tiny',
      '--backend',
      'simulated',
      '--backend-option',
      'instant=true',
      '--scenario',
      'Offline',
      '--mode',
      'accuracy',
      '--system',
      'box',
      '--out',
      out,
    ];
    expect((await baremark(folder, ...args)).code).toBe(0);
    const { code, stderr } = await baremark(folder, ...args);
    expect({ code, says: stderr.trim().split('\n').at(-1) }).toEqual({
      code: 2,
      says: expect.stringMatching(/accuracy.*(already|exists)/),
    });
  });
});
