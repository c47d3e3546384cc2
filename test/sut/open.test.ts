import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { measured } from '../../src/base/measured.js';
import { WorkerPool } from '../../src/engine/worker-pool.js';
import { preparePlan } from '../../src/plan/prepare.js';
import { openSut } from '../../src/sut/open.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-open-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

let count = 0;
/** Opens a run of a backend with this profile, but for its threads; what the pool was asked for, and the opened system. */
async function opened(profile: string, options: Readonly<Record<string, unknown>> = {}) {
  const backend = join(folder, `backend-${count++}.mjs`);
  writeFileSync(backend, `export const profile = ${profile};`);
  const planned = { model: 'ssd-resnet34-small', scenario: 'Offline', backend, ...options };
  const [run] = (await preparePlan({ options: planned, folder })).runs;
  const open = vi
    .spyOn(WorkerPool, 'open')
    .mockImplementation(async ({ devices }) => ({ devices, info: { inputs: [] } }) as unknown as WorkerPool);
  const machine = { cores: 8, realTime: true, gpus: measured([]) };
  const said: string[] = [];
  const sut = await openSut(run!, machine, (what) => said.push(what), new AbortController().signal);
  return { sut, said, pool: open.mock.lastCall![0] };
}

describe('opening the system under test', () => {
  it('asks the profile for devices, instances, batches and options', async () => {
    const { sut, pool, said } = await opened(
      `{
        model: 'none',
        answers: false,
        selectDevices: (text) => [text + ':0', text + ':1'],
        defaults: ({ devices }, { cores }) => ({
          instances: 2, maxBatch: 5, freeCores: cores - devices.length, backendOptions: { queue: 3, fast: true },
        }),
      }`,
      { device: 'npu', 'backend-option': { fast: false } },
    );
    expect(pool).toMatchObject({
      devices: ['npu:0', 'npu:1'],
      instances: 2,
      options: { queue: 3, fast: false },
      sharedDevice: true,
      model: { name: 'ssd-resnet34-small', precision: 'fp32' },
    });
    expect(sut.choice).toMatchObject({ policy: { maxBatch: 5 }, freeCores: 6 });
    // No data is given to it, so its samples have no lengths to sort by.
    expect(sut.phase).toMatchObject({ policy: { maxBatch: 5, order: 'arrival' }, freeCores: 6 });
    expect(sut.placement).toBeUndefined();
    expect(said.at(-1)).toBe('loading ssd-resnet34-small on npu:0, npu:1');
  });

  it('keeps what is set of the variables that the profile names', async () => {
    vi.stubEnv('NPU_QUEUES', '4');
    vi.stubEnv('NPUS', '2');
    vi.stubEnv('NPU_API_KEY', 'hush');
    const { sut } = await opened("{ model: 'none', environment: ['NPU_*', 'NOT_SET_HERE'] }");
    vi.unstubAllEnvs();
    expect(sut.environment).toMatchObject({ NPU_QUEUES: '4' });
    expect(Object.keys(sut.environment)).not.toEqual(expect.arrayContaining(['NPUS']));
    expect(Object.keys(sut.environment)).not.toEqual(expect.arrayContaining(['NPU_API_KEY']));
  });

  it.each([
    ["'none'", "'cores'", false],
    ["'remote'", "'server'", true],
    ["'none'", "'accelerator'", true],
  ])(
    'builds no file for a model of form %s, and instances on %s share their device: %s',
    async (model, on, shared) => {
      const { sut, pool } = await opened(`{ model: ${model}, answers: false, computesOn: () => ${on} }`);
      expect(sut.model).toEqual({ ref: { name: 'ssd-resnet34-small', precision: 'fp32' }, bytes: 0 });
      expect(pool.sharedDevice).toBe(shared);
    },
  );

  it('decodes on the host only where there are answers', async () => {
    const host = { 'graph-option': ['nms=host'] };
    const decoded = async (answers: boolean) =>
      (await opened(`{ model: 'remote', answers: ${answers} }`, host)).pool.hostNms;
    expect(await decoded(true)).toMatchObject({ kind: 'ssd-resnet34', nms: 'host' });
    expect(await decoded(false)).toBeUndefined();
  });

  it('asks where the nodes of the model go, with what the session will be opened with', async () => {
    const { sut } = await opened(`{
      model: 'none',
      answers: false,
      defaults: () => ({ backendOptions: { threads: 2 } }),
      placement: async ({ model, device, options }) => ({ unavailable: JSON.stringify([model.name, device, options]) }),
    }`);
    expect(sut.placement).toEqual({ unavailable: '["ssd-resnet34-small","cpu",{"threads":2}]' });
  });
});
