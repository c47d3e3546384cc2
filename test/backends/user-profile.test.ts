import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadProfile } from '../../src/backends/load.js';
import { buildPlan } from '../../src/plan/build.js';
import { preparePlan } from '../../src/plan/prepare.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-user-profile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
/** A module with a backend and this text beside it. */
function module(profile: string): string {
  const file = join(folder, `backend-${count++}.mjs`);
  writeFileSync(
    file,
    `export default { name: 'mine', version: '1', open: async () => { throw new Error('not here'); } };\n${profile}`,
  );
  return file;
}

const task = {
  task: 'bert',
  scenario: 'Server',
  device: 'cpu',
  devices: ['cpu'],
  backendOptions: {},
} as const;
const failure = (promise: Promise<unknown>) => promise.then(String, (error: Error) => error.message);

describe('a module without a profile', () => {
  it('has one instance and batches of one on every device', async () => {
    const profile = await loadProfile(module(''));
    expect(profile).toMatchObject({ model: 'onnx', answers: true });
    for (const device of ['cpu', 'cuda:0', 'npu:3']) {
      expect(profile.checkDevice(device)).toBeUndefined();
      expect(profile.selectDevices(device, {})).toEqual([device]);
      expect(profile.defaults({ ...task, device, devices: [device] }, { cores: 8 })).toEqual({
        instances: 1,
        maxBatch: 1,
        backendOptions: {},
        freeCores: 7,
        idleSpinNs: 0,
      });
      expect(profile.tuning(device).instances).toEqual([1]);
    }
    expect([profile.computesOn('cpu'), profile.computesOn('npu:3')]).toEqual(['cores', 'accelerator']);
    expect((await profile.load()).name).toBe('mine');
  });
});

describe('a module with a profile', () => {
  it('says what it wants to say, and leaves the rest', async () => {
    const profile = await loadProfile(
      module(`export const profile = {
        checkDevice: (text) => (text === 'npu:0' ? undefined : ', which mine does not have; choose npu:0.'),
        defaults: ({ task }, { cores }) => ({ instances: cores / 4, maxBatch: task === 'bert' ? 16 : 2 }),
        tuning: () => ({ batches: [1, 16], instances: [1, 3], waitsMs: [0] }),
        answers: false,
      };`),
    );
    expect(profile.checkDevice('npu:1')).toBe(', which mine does not have; choose npu:0.');
    expect(profile.defaults(task, { cores: 8 })).toEqual({
      instances: 2,
      maxBatch: 16,
      backendOptions: {},
      freeCores: 6,
      idleSpinNs: 0,
    });
    expect(profile.defaults({ ...task, task: 'ssd', instances: 5 }, { cores: 8 })).toMatchObject({
      instances: 5,
      maxBatch: 2,
      freeCores: 3,
    });
    expect(profile.tuning('npu:0')).toEqual({ batches: [1, 16], instances: [1, 3], waitsMs: [0] });
    expect(profile).toMatchObject({ answers: false, model: 'onnx' });
    expect(profile.selectDevices('npu:0', {})).toEqual(['npu:0']);
  });

  it.each([
    ['export const profile = 7;', /^The profile of the backend .*mjs cannot be used \(Invalid input/],
    ['export const profile = { tuning: 3 };', /\(tuning: it must be a function\); correct it, or export no/],
    ["export const profile = { model: 'tf' };", /\(model: Invalid option/],
    ["export const profile = { environment: ['*'] };", /\(environment\.0: it must be the name of a variable/],
    [
      "export const profile = { environment: ['A*'] };",
      /\(environment\.0: it must be the name of a variable/,
    ],
    ['export const profile = { device: [] };', /\(Unrecognized key: "device"\)/],
  ])('is refused where it is wrong: %s', async (text, sentence) => {
    expect(await failure(loadProfile(module(text)))).toMatch(sentence);
  });

  it('is refused where its defaults are no whole instances', async () => {
    const profile = await loadProfile(
      module('export const profile = { defaults: (_, { cores }) => ({ instances: cores / 3 }) };'),
    );
    expect(() => profile.defaults(task, { cores: 8 })).toThrow(
      /^The profile's defaults\(\) of the .*\(instances: /,
    );
  });

  it.each([
    ['selectDevices', 'null', /selectDevices\(\) of the backend .*mjs cannot be used \(Invalid input/],
    ['selectDevices', '[]', /selectDevices\(\) of/],
    ['computesOn', "'gpu'", /computesOn\(\) of .*\(Invalid option/],
    ['checkDevice', '7', /checkDevice\(\) of/],
    ['tuning', '({ batches: [0] })', /tuning\(\) of .*\(batches\.0: /],
    ['runtimeVersion', 'Promise.resolve(3)', /runtimeVersion\(\) of/],
    ['launch', '({ PATH: 1 })', /launch\(\) of .*\(PATH: /],
    [
      'selectDevices',
      '(() => { throw new Error("no driver"); })()',
      /selectDevices\(\) of the backend .*mjs threw: no driver; correct it, or export no profile\.$/,
    ],
    ['placement', 'Promise.reject("no log")', /placement\(\) of the backend .*mjs threw: no log; correct/],
  ])('is refused where %s gives %s', async (name, result, sentence) => {
    const profile = await loadProfile(module(`export const profile = { ${name}: () => ${result} };`));
    const call = profile[name as 'computesOn'] as (...args: unknown[]) => unknown;
    const error = await Promise.resolve()
      .then(() => call('npu:0', {}))
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'BAD_BACKEND', message: expect.stringMatching(sentence) });
  });

  it('is refused with the module, where that cannot be imported', async () => {
    const broken = module('throw new Error("no NPU here");');
    expect(await failure(loadProfile(broken))).toBe(`The backend ${broken} could not be loaded: no NPU here`);
  });
});

describe('a plan for it', () => {
  const options = { model: 'ssd-resnet34-small', scenario: 'Offline' };

  it('asks it about devices, answers and where it computes', async () => {
    const backend = module(`export const profile = {
      checkDevice: (text) => (text.startsWith('npu:') ? undefined : ', which mine does not have; choose npu:0.'),
      computesOn: () => 'cores',
      answers: false,
    };`);
    const request = { options: { ...options, backend, device: 'npu:0' }, folder };
    const [run] = (await preparePlan(request)).runs;
    expect(run).toMatchObject({ backend, device: 'npu:0', dataset: { kind: 'none' } });
    expect(run!.model.graph).toMatchObject({ input: 'float-nchw' });
    // Not asked, it may have answers, and an accelerator, which takes images as bytes.
    expect(buildPlan(request).runs[0]).toMatchObject({ dataset: { kind: 'synthetic-images' } });
    expect(buildPlan(request).runs[0]!.model.graph).toMatchObject({ input: 'uint8-nhwc' });
    expect(await failure(preparePlan({ options: { ...options, backend }, folder }))).toBe(
      '--device is "cpu", which mine does not have; choose npu:0.',
    );
    const fidelity = { ...options, backend, device: 'npu:0', mode: 'accuracy', fidelity: 10 };
    expect(await failure(preparePlan({ options: fidelity, folder }))).toMatch(
      /gives no answers; choose another/,
    );
  });

  it('is the same without any module to ask', async () => {
    const request = { options, folder };
    expect(await preparePlan(request)).toEqual(buildPlan(request));
  });
});
