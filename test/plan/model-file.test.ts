import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import type { OptionName } from '../../src/plan/options/table.js';
import { info, node, onnxFile, weight } from '../graphs/onnx-file.js';
import { thrown } from './thrown.js';

const dir = mkdtempSync(join(tmpdir(), 'baremark-model-file-'));
afterAll(() => rmSync(dir, { recursive: true }));

const file = (name: string, bytes: Uint8Array) => writeFileSync(join(dir, name), bytes);
const image = (type: 'FLOAT' | 'FLOAT16') => [info('image', type, ['batch', 3, 8, 8])];
file('fp32.onnx', onnxFile({ input: image('FLOAT'), initializer: [weight('w', 'FLOAT', [9])] }));
file('fp16.onnx', onnxFile({ input: image('FLOAT16'), initializer: [weight('w', 'FLOAT16', [9], 2)] }));
// As converters leave it that keep the types of inputs and outputs.
file('half.onnx', onnxFile({ input: image('FLOAT'), initializer: [weight('w', 'FLOAT16', [9], 2)] }));
file(
  'int8.onnx',
  onnxFile({ initializer: [weight('w', 'FLOAT', [9])], node: [node('QuantizeLinear', ['w', 's'], ['q'])] }),
);
file('bf16.onnx', onnxFile({ initializer: [weight('w', 'BFLOAT16', [9], 2)] }));
file('unclear.onnx', onnxFile({ node: [node('Relu', ['x'], ['y'])] }));
file('other.bin', Buffer.from('no ONNX'));

function planned(name: string, options: Partial<Record<OptionName, unknown>> = {}) {
  const given = { model: 'ssd-resnet34-small', scenario: 'Offline', 'model-file': name, ...options };
  return buildPlan({ options: given, folder: dir }).runs[0]!;
}

describe('a model file', () => {
  it.each([
    ['fp32.onnx', 'fp32', 'float-nchw'],
    ['fp16.onnx', 'fp16', 'float16-nchw'],
    ['half.onnx', 'fp16', 'float-nchw'],
    ['int8.onnx', 'int8', 'float-nchw'],
  ])(
    '%s is recorded as %s and is fed %s, whether or not a precision is asked for',
    (name, precision, layout) => {
      for (const options of [{}, { precision }])
        expect(planned(name, options)).toMatchObject({ model: { precision }, dataset: { layout } });
    },
  );

  it.each([
    ['fp32.onnx', 'int8', 'fp32'],
    ['fp16.onnx', 'fp32', 'fp16'],
    ['int8.onnx', 'fp16', 'int8'],
  ])('%s is refused as %s', (name, precision, found) => {
    expect(thrown(() => planned(name, { precision }))).toMatchObject({
      code: 'BAD_OPTION',
      message: `--precision is ${precision}, but the model file ${join(dir, name)} computes in ${found}; leave the precision out or give another file.`,
    });
  });

  it('in a precision that no result has is refused', () => {
    expect(thrown(() => planned('bf16.onnx'))).toMatchObject({
      code: 'BAD_MODEL_FILE',
      message: expect.stringMatching(
        /bf16\.onnx are bfloat16; give one that computes in fp32, fp16 or int8\.$/,
      ),
    });
  });

  it('that does not show its precision has the one asked for', () => {
    for (const name of ['unclear.onnx', 'other.bin'])
      expect([planned(name).model.precision, planned(name, { precision: 'int8' }).model.precision]).toEqual([
        'fp32',
        'int8',
      ]);
  });
});

describe('a reference file', () => {
  const reference = { fidelity: '4', mode: 'accuracy' };

  it('in fp32 is taken', () => {
    expect(planned('fp16.onnx', { ...reference, 'reference-file': 'fp32.onnx' }).fidelity).toMatchObject({
      reference: { file: join(dir, 'fp32.onnx'), precision: 'fp32' },
      dataset: { layout: 'float-nchw' },
    });
  });

  it('in another precision is refused', () => {
    expect(thrown(() => planned('fp16.onnx', { ...reference, 'reference-file': 'half.onnx' }))).toMatchObject(
      {
        code: 'BAD_OPTION',
        message: `--reference-file is ${join(dir, 'half.onnx')}, which computes in fp16; give the model in fp32.`,
      },
    );
  });
});
