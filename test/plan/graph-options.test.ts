import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import { baremark } from '../cli/baremark.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-graph-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function planned(options: Record<string, unknown>) {
  const { runs } = buildPlan({ options: { scenario: 'Offline', ...options }, folder });
  const { model, dataset } = runs[0]!;
  return { graph: model.graph, dataset };
}

describe('choices among graphs', () => {
  it("lets an accelerator take images as bytes, and the CPU floats, in the data set's layout too", () => {
    const on = (device: string) => planned({ model: 'ssd-resnet34', device });
    for (const device of ['cuda:0', 'tensorrt:0', 'webgpu'])
      expect(on(device)).toMatchObject({ graph: { input: 'uint8-nhwc' }, dataset: { layout: 'uint8-nhwc' } });
    expect(on('cpu')).toMatchObject({ graph: { input: 'float-nchw' }, dataset: { layout: 'float-nchw' } });
  });

  it('takes what is asked for on any device', () => {
    const ssd = planned({ model: 'ssd-resnet34', 'graph-option': ['input=uint8-nhwc'] });
    expect(ssd).toMatchObject({ graph: { input: 'uint8-nhwc' }, dataset: { layout: 'uint8-nhwc' } });
    const bert = planned({ model: 'bert-large', precision: 'fp16', 'graph-option': { fused: true } });
    expect(bert.graph).toMatchObject({ fused: true, precision: 'fp16' });
  });

  it('has the host suppress boxes for a backend that cannot', () => {
    const nms = (options: Record<string, unknown>) => planned({ model: 'ssd-resnet34', ...options }).graph;
    expect(nms({ backend: 'tfjs', device: 'cpu' })).toMatchObject({ nms: 'host' });
    expect(nms({ backend: 'tfjs', 'graph-option': ['nms=graph'] })).toMatchObject({ nms: 'graph' });
    expect(nms({ backend: 'onnxruntime' })).toMatchObject({ nms: 'graph' });
  });

  it('refuses a key and a value that there are not', () => {
    expect(() => planned({ model: 'bert-tiny', 'graph-option': ['fuse=true'] })).toThrow(
      '--graph-option has the unknown key "fuse"; choose fused, input or nms.',
    );
    expect(() => planned({ model: 'bert-tiny', 'graph-option': ['fused=maybe'] })).toThrow(
      '--graph-option has fused=maybe; fused must be true or false.',
    );
  });

  it.each([
    ['bert-tiny', 'fused=true'],
    ['ssd-resnet34-small', 'input=uint8-nhwc'],
  ])('runs %s in fp16 with %s on the CPU', async (model, choice) => {
    const args = ['--model', model, '--precision', 'fp16', '--graph-option', choice, '--out', folder];
    const short = [
      '--scenario',
      'Offline',
      '--min-duration',
      '1ms',
      '--min-queries',
      '4',
      '--system',
      'here',
    ];
    const few = [
      '--performance-samples',
      '4',
      '--target-qps',
      '4',
      '--json',
      '--warmup',
      '1',
      '--max-batch',
      '1',
    ];
    const { code, stdout, stderr } = await baremark(folder, 'run', ...args, ...short, ...few);
    expect(stderr).not.toMatch(/^baremark: /m);
    expect(code).toBe(0);
    const [document] = JSON.parse(stdout);
    expect(document).toMatchObject({ outcome: { kind: 'valid' }, sut: { precision: 'fp16' } });
    const { spec } = JSON.parse(readFileSync(join(document.model.file, '..', 'manifest.json'), 'utf8'));
    const [key, value] = choice.split('=');
    expect(String(spec[key!])).toBe(value);
  });
});
