import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../../src/plan/build.js';
import type { OptionName } from '../../../src/plan/options/table.js';
import type { PlannedRun } from '../../../src/plan/types.js';
import { identityOf } from '../../../src/run/identity.js';
import { temporaryFolder } from '../../results/sample-run.js';

const contents = { modelSha256: 'aa', datasetHash: 'bb' };
const given = {
  model: 'bert-99',
  scenario: 'Server',
  backend: 'simulated',
  'target-qps': '100',
  'backend-option': ['fixedMs=1'],
  'schedule-seed': '16159082839903944936',
};

function planned(options: Partial<Record<OptionName, unknown>> = {}): PlannedRun {
  return buildPlan({ options: { ...given, ...options }, folder: process.cwd() }).runs.at(-1)!;
}

const identity = (options: Partial<Record<OptionName, unknown>> = {}) =>
  identityOf(planned(options), 'box', contents);

describe('the identity of a run', () => {
  it('is the same for the same plan, whatever the order of its keys and the folder of results', async () => {
    const reversed = Object.fromEntries(Object.entries(planned()).reverse()) as unknown as PlannedRun;
    expect(await identity()).toMatch(/^[0-9a-f]{64}$/);
    expect(await identityOf(reversed, 'box', contents)).toBe(await identity());
    expect(await identity({ out: '/elsewhere' })).toBe(await identity());
  });

  it.each<Partial<Record<OptionName, unknown>>>([
    { model: 'bert-99.9' },
    { scenario: 'Offline' },
    { mode: 'accuracy' },
    { 'target-qps': '101' },
    { 'target-qps': 'auto' },
    { 'min-duration': '5s' },
    // One more than before; as doubles both are the same number.
    { 'schedule-seed': '16159082839903944937' },
    { 'backend-option': ['fixedMs=2'] },
    { instances: '2' },
    { 'max-batch': '4' },
    { 'max-wait': '2ms' },
    { warmup: '5' },
    { precision: 'fp16' },
    { repeat: '2' },
  ])('is another one with %j', async (options) => {
    expect(await identity(options)).not.toBe(await identity());
  });

  it('is another one for another system, other weights and other data', async () => {
    const run = planned();
    const all = await Promise.all([
      identityOf(run, 'box', contents),
      identityOf(run, 'other', contents),
      identityOf(run, 'box', { ...contents, modelSha256: 'ab' }),
      identityOf(run, 'box', { ...contents, datasetHash: 'ba' }),
    ]);
    expect(new Set(all).size).toBe(4);
  });

  it('goes by what files say, not by where they are', async () => {
    const dir = await temporaryFolder();
    const write = (name: string, text: string) => {
      writeFileSync(join(dir, name), text);
      return join(dir, name);
    };
    const conf = (name: string, qps: number) => write(name, `*.Server.target_qps = ${qps}\n`);
    expect(await identity({ 'user-conf': conf('a.conf', 5) })).toBe(
      await identity({ 'user-conf': conf('b.conf', 5) }),
    );
    expect(await identity({ 'user-conf': conf('a.conf', 5) })).not.toBe(
      await identity({ 'user-conf': conf('b.conf', 6) }),
    );
    const mine = (name: string, text: string) => ({ backend: write(name, text), 'backend-option': [] });
    expect(await identity(mine('a.mjs', 'export {};'))).toBe(await identity(mine('b.mjs', 'export {};')));
    expect(await identity(mine('a.mjs', 'export {};'))).not.toBe(await identity(mine('b.mjs', '// changed')));
    expect(await identity({ 'model-file': write('a.onnx', '1') })).toBe(
      await identity({ 'model-file': write('b.onnx', '2') }),
    );
  });
});
