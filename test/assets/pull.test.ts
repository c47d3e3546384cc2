import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { requirePulled } from '../../src/assets/manifest.js';
import { type OfficialModel, officialPath } from '../../src/assets/official.js';
import { officialProblem } from '../../src/assets/official-check.js';
import { type PullOptions, pullDataset, pullOfficial } from '../../src/assets/pull.js';
import { bertSignature } from '../../src/graphs/bert/bert.js';
import { tensorInfo } from '../../src/graphs/spec.js';
import { info, node, onnxFile, weight } from '../graphs/onnx-file.js';
import { thrown } from '../plan/thrown.js';

const ids = ['input_ids', 'input_mask', 'segment_ids'];
const logits = ['output_start_logits', 'output_end_logits'];

/** A file that looks like BERT from outside, with weights of its own. */
function bert(values: number, change: Parameters<typeof onnxFile>[0] = {}, opset = 11): Buffer {
  return Buffer.from(
    onnxFile(
      {
        input: ids.map((name) => info(name, 'INT64', ['batch', 'sequence'])),
        output: logits.map((name) => info(name, 'FLOAT', ['batch', 'sequence'])),
        initializer: [weight('w', 'FLOAT', [values])],
        ...change,
      },
      opset,
    ),
  );
}

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const first = bert(100);
const second = bert(101);

let folder: string;
let server: Server;
let base: string;
let sent: Buffer;
let visits: number;
let model: OfficialModel;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baremark-pull-'));
  vi.stubEnv('BAREMARK_CACHE', join(folder, 'cache'));
  visits = 0;
  sent = first;
  server = createServer((_, response) => {
    visits += 1;
    response.end(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  model = {
    name: 'own',
    model: 'bert-large',
    precision: 'fp32',
    url: `${base}/model.onnx`,
    sizeWithin: [500, 5000],
    signature: bertSignature(),
  };
  path = officialPath(model);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const pull = async (options: PullOptions = {}) => (await pullOfficial(model, options)).notes.join();

describe('a model without a published checksum', () => {
  it('is trusted on first use, said so, and found again', async () => {
    expect(await pull()).toBe(
      `model.onnx: ${first.length} bytes from ${base}/model.onnx; no published checksum: trusted on first use, pinned as SHA-256 ${hashOf(first)}.`,
    );
    expect(await pull()).toBe(
      `model.onnx: already there and as it was pulled, ${first.length} bytes, SHA-256 ${hashOf(first)}.`,
    );
    expect(visits).toBe(1);
    expect(() => requirePulled(path, hashOf(first))).not.toThrow();
  });

  it('has to be the same file from then on, until it is unpinned', async () => {
    await pull();
    sent = second;
    rmSync(path);
    const refused = {
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(
        new RegExp(
          `it has sha256 ${hashOf(second)} where ${hashOf(first)} was expected; .* add --unpin to take it`,
        ),
      ),
    };
    await expect(pull()).rejects.toMatchObject(refused);
    expect(existsSync(path)).toBe(false);
    expect(await pull({ unpin: true })).toContain(
      `trusted on first use, pinned as SHA-256 ${hashOf(second)}`,
    );
    sent = first;
    rmSync(path);
    await expect(pull()).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  });

  it('is fetched again where its bytes changed in the cache, however the file looks', async () => {
    await pull();
    writeFileSync(path, second.subarray(0, first.length));
    expect(await pull()).toBe(
      `model.onnx: ${first.length} bytes from ${base}/model.onnx; the same file as was pulled before, SHA-256 ${hashOf(first)}.`,
    );
    expect(readFileSync(path).equals(first)).toBe(true);
  });

  it('is refused from a folder where it is another, though the right one is there', async () => {
    await pull();
    const copy = join(folder, 'copy.onnx');
    writeFileSync(copy, second);
    await expect(pull({ from: copy })).rejects.toMatchObject({
      message: expect.stringMatching(/^.*copy\.onnx is not the right file: it has sha256 .* add --unpin/),
    });
    expect(readFileSync(path).equals(first)).toBe(true);
  });

  it('needs --unpin where the record of it is damaged', async () => {
    await pull();
    const record = `${path}.manifest.json`;
    const good = JSON.parse(readFileSync(record, 'utf8'));
    for (const wrong of ['null', '[]', '{"sha256', JSON.stringify({ ...good, sha256: 5 })]) {
      writeFileSync(record, wrong);
      await expect(pull()).rejects.toMatchObject({
        code: 'BAD_MODEL_FILE',
        message: expect.stringMatching(
          /manifest\.json does not say which file was pulled \(.+\), .* add --unpin/,
        ),
      });
      expect(thrown(() => requirePulled(path, hashOf(first))).message).toMatch(
        /has a damaged .*manifest\.json/,
      );
    }
    await pull({ unpin: true });
    expect(await pull()).toContain('already there');
  });

  it('that was pulled before files were looked into is fetched again', async () => {
    const junk = Buffer.from('root:x:0:0:root:/root:/bin/bash\n'.repeat(20));
    sent = junk;
    await expect(pull()).rejects.toMatchObject({ message: expect.stringMatching(/it is no ONNX model/) });
    writeFileSync(path, junk);
    const md5 = createHash('md5').update(junk).digest('hex');
    const record = { source: 'x', size: junk.length, sha256: hashOf(junk), md5 };
    writeFileSync(`${path}.manifest.json`, JSON.stringify(record));
    sent = first;
    expect(await pull()).toContain('trusted on first use');
    expect(readFileSync(path).equals(first)).toBe(true);
  });

  it('leaves nothing in place that is too large, however long it goes on', async () => {
    sent = Buffer.alloc(300_000);
    await expect(pull()).rejects.toMatchObject({ message: expect.stringMatching(/300000 bytes|more than/) });
    expect(readdirSync(dirname(path))).toEqual([]);
  });
});

describe('a model with a published checksum', () => {
  it('is pinned by it, whatever an earlier pull recorded', async () => {
    await pull();
    model = { ...model, sha256: hashOf(second), size: second.length };
    sent = second;
    expect(await pull()).toContain(`its checksum is the published one; pinned as SHA-256 ${hashOf(second)}`);
    writeFileSync(`${path}.manifest.json`, 'null');
    expect(await pull()).toContain('its checksum is the published one');
  });
});

it('official weights that are not those that were pulled are not run', async () => {
  await pull();
  expect(thrown(() => requirePulled(path, hashOf(second)))).toEqual({
    code: 'BAD_MODEL_FILE',
    message: `The official model ${path} has SHA-256 ${hashOf(second)} where ${hashOf(first)} was pulled; fetch it again with baremark models pull.`,
  });
  expect(thrown(() => requirePulled(join(folder, 'other.onnx'), hashOf(first))).message).toMatch(
    /was not put there by a pull/,
  );
});

describe('an official model', () => {
  const problemOf = (bytes: Buffer, expected: Partial<OfficialModel> = {}) => {
    const file = join(folder, 'file.onnx');
    writeFileSync(file, bytes);
    return officialProblem({ ...model, ...expected }, file);
  };
  const quantized = { node: [node('QuantizeLinear', ['x', 's'], ['y'])] };
  const named = (names: readonly string[]) => names.map((name) => info(name, 'INT64', ['batch', 'sequence']));

  it('is one that has its inputs, outputs, operators and precision', () => {
    expect(problemOf(first)).toBeUndefined();
    expect(
      problemOf(bert(100, { input: named(['input_ids', 'attention_mask', 'token_type_ids']) })),
    ).toBeUndefined();
    expect(problemOf(bert(100, quantized), { precision: 'int8' })).toBeUndefined();
  });

  it.each([
    ['other inputs', bert(9, { input: named(['image']) }), {}, /^it has the inputs image where input_ids, /],
    ['fewer outputs', bert(9, { output: [] }), {}, /^it has the outputs none where output_start_logits, /],
    ['a future operator set', bert(9, {}, 99), {}, /^it has operator set 99 where 7 to 17 were expected$/],
    ['another precision', bert(9, quantized), {}, /^it computes in int8 where fp32 was expected$/],
    ['no weights', bert(9, { initializer: [] }), {}, /^it has no weights that show its precision$/],
    [
      'another image',
      Buffer.from(
        onnxFile({
          input: [info('image', 'FLOAT', [1, 3, 300, 300])],
          initializer: [weight('w', 'FLOAT', [9])],
        }),
      ),
      { signature: { inputs: [tensorInfo('image', 'float32', ['batch', 3, 1200, 1200])], outputs: [] } },
      /^its input image \(float32 \[1, 3, 300, 300\]\) is not image \(float32 \[batch, 3, 1200, 1200\]\)$/,
    ],
  ])('is none with %s', (_, bytes, expected, problem) => {
    expect(problemOf(bytes, expected)).toMatch(problem);
  });
});

it('a cache that cannot be made is told with the variable that names another', async () => {
  vi.stubEnv('BAREMARK_CACHE', '/proc/baremark');
  for (const attempt of [() => pull(), () => pullDataset('squad', { mirror: base })])
    await expect(attempt()).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: expect.stringMatching(
        /^\/proc\/baremark\/.* cannot be written \(.+\); set BAREMARK_CACHE to a folder/,
      ),
    });
});
