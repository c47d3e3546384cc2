import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { float32Of, readAccuracyLog } from '../../src/accuracy/accuracy-log.js';
import { readResponses } from '../../src/accuracy/log-responses.js';
import type { SampleResponse } from '../../src/loadgen/index.js';
import { goldenPath } from '../helpers/golden.js';
import { describeWithShared, sharedPath } from '../helpers/shared.js';
import { logText } from './log-file.js';

let file: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baremark-log-'));
  file = join(folder, 'mlperf_log_accuracy.json');
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string) {
  await writeFile(file, text);
  const entries: SampleResponse[] = [];
  const unreadable: number[] = [];
  const end = await readAccuracyLog(
    file,
    (entry) => entries.push(entry),
    (byte) => unreadable.push(byte),
  );
  return { entries, unreadable, end };
}

const bytes = (...values: number[]) => Uint8Array.from(values);
// As LoadGen 6.0.17 writes it.
const three = `[
{ "seq_id" : 0, "qsl_idx" : 7, "data" : "0102" },
{ "seq_id" : 1, "qsl_idx" : 3, "data" : "" },
{ "seq_id" : 2, "qsl_idx" : 5, "data" : "FFfe" }
]
`;

describe('readAccuracyLog', () => {
  it('reads entries in order', async () => {
    const { entries, unreadable, end } = await read(three);
    expect(entries).toEqual([
      { sequence: 0, sample: 7, data: bytes(1, 2) },
      { sequence: 1, sample: 3, data: bytes() },
      { sequence: 2, sample: 5, data: bytes(255, 254) },
    ]);
    expect(unreadable).toEqual([]);
    expect(end).toEqual({ kind: 'whole' });
  });

  it('reads a log without entries', async () => {
    expect((await read('[\n]\n')).end).toEqual({ kind: 'whole' });
  });

  it('reads entries that lie across the chunks of the file', async () => {
    const data = new Uint8Array(300_000).map((_, i) => i % 251);
    const { entries, end } = await read(logText([0, 1, 2, 3, 4].map((sample) => ({ sample, data }))));
    expect(entries.map(({ sample }) => sample)).toEqual([0, 1, 2, 3, 4]);
    expect(entries.every((entry) => Buffer.compare(entry.data, data) === 0)).toBe(true);
    expect(end.kind).toBe('whole');
  });

  it('names a log that ends early, at every byte of it', async () => {
    for (let length = 1; length < three.length - 2; length++) {
      const { entries, end } = await read(three.slice(0, length));
      expect(end.kind, `first ${length} bytes`).toBe('cut short');
      expect(entries.length).toBe(three.slice(0, length).split('}').length - 1);
    }
  });

  it('names entries that cannot be read and goes on', async () => {
    const bad = ['"data" : "010"', '"data" : "zz"', '"dat" : "01"'].map(
      (data, i) => `{ "seq_id" : ${i}, "qsl_idx" : ${i}, ${data} }`,
    );
    const good = '{ "seq_id" : 9, "qsl_idx" : 9, "data" : "09" }';
    const { entries, unreadable, end } = await read(`[\n${[...bad, good].join(',\n')}\n]`);
    expect(entries.map(({ sample }) => sample)).toEqual([9]);
    expect(unreadable).toHaveLength(3);
    expect(unreadable[0]).toBe(2);
    expect(end.kind).toBe('whole');
  });

  it('names what follows the log', async () => {
    expect((await read(`${three}rest`)).end).toMatchObject({ kind: 'cut short' });
  });

  it.each(['', '<html></html>', '{"a": 1}'])('refuses %j, which is no log', async (text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'BAD_LOG' });
  });

  it('refuses a log that is absent', async () => {
    await expect(readAccuracyLog(join(folder, 'absent.json'), () => {})).rejects.toMatchObject({
      code: 'BAD_LOG',
      message: expect.stringContaining('does not exist'),
    });
  });

  async function lengthsAndEnd(path: string) {
    const lengths: number[] = [];
    const end = await readAccuracyLog(path, ({ data }) => lengths.push(data.length));
    return { lengths, end };
  }

  const cut = { kind: 'cut short', why: expect.stringContaining('publication') };

  it('says that a log of a submission was cut for publication', async () => {
    const path = goldenPath('submission/closed/Example/results/rack/bert-99/Offline/accuracy');
    // A pair of half-precision logits per token; responses of 112 and of 384 tokens fit before the cut.
    expect(await lengthsAndEnd(join(path, 'mlperf_log_accuracy.json'))).toEqual({
      lengths: [4 * 112, 4 * 384],
      end: cut,
    });
  });

  const results = 'mlperf-results/v1.1/closed/Dell/results/R7525_A100-PCIE-40GBx3_TRT';
  describeWithShared([results], 'a published log', () => {
    it.each([
      // Two responses of BERT (202 tokens, half precision) fit before the cut, none of SSD.
      ['bert-99/Offline', [808, 808]],
      ['ssd-resnet34/Server', []],
    ])('of %s was cut for publication', async (run, lengths) => {
      const path = sharedPath(results, run, 'accuracy/mlperf_log_accuracy.json');
      expect(await lengthsAndEnd(path)).toEqual({ lengths, end: cut });
    });
  });
});

describe('float32Of', () => {
  it('reads bytes that do not start at a multiple of 4', () => {
    const shifted = new Uint8Array(9);
    shifted.set(new Uint8Array(Float32Array.of(1.5, -2).buffer), 1);
    expect(Array.from(float32Of(shifted.subarray(1)))).toEqual([1.5, -2]);
  });
});

describe('readResponses', () => {
  it('counts only samples that are answered once, and names the others', async () => {
    const data = bytes(1, 2, 3, 4);
    await writeFile(file, logText([2, 0, 2, 9, 2, 4].map((sample) => ({ sample, data }))));
    const { good, problems } = await readResponses(file, 5, (entry) => entry.sample !== 4);
    expect([...good]).toEqual([1, 0, 0, 0, 0]);
    const named = problems.list().map(({ kind, count, samples }) => ({ kind, count, samples }));
    expect(named).toEqual([
      { kind: 'duplicated', count: 1, samples: [2] },
      { kind: 'unknown sample', count: 1, samples: [9] },
      { kind: 'missing', count: 2, samples: [1, 3] },
    ]);
    expect(problems.list()[2]!.message).toBe('2 samples have no response: samples 1, 3.');
  });
});
