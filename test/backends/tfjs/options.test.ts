import { describe, expect, it } from 'vitest';
import { oneDevice } from '../../../src/backends/tfjs/devices.js';
import { optionEnvironment, readOptions, setEnvironment } from '../../../src/backends/tfjs/options.js';
import { profile } from '../../../src/backends/tfjs/profile.js';

describe('options of the tfjs backend', () => {
  it('become what TensorFlow reads from the environment', () => {
    const cpu = optionEnvironment('cpu', readOptions({ intraOpThreads: '3', interOpThreads: 2 }));
    expect(cpu).toEqual({
      TF_CPP_MIN_LOG_LEVEL: '3',
      TF_NUM_INTRAOP_THREADS: '3',
      TF_NUM_INTEROP_THREADS: '2',
    });
    const cuda = optionEnvironment('cuda', readOptions({ tf32: 'false' }));
    expect(cuda).toMatchObject({ TF_FORCE_GPU_ALLOW_GROWTH: 'true', NVIDIA_TF32_OVERRIDE: '0' });
  });

  it('are refused where they are unknown or wrong', () => {
    expect(() => readOptions({ intraOpNumThreads: 1 })).toThrow(
      "The tfjs backend has no option 'intraOpNumThreads'; did you mean intraOpThreads?",
    );
    expect(() => readOptions({ intraOpThreads: 0 })).toThrow(
      "The tfjs backend's option intraOpThreads is 0; give a whole number from 1 to 4096.",
    );
  });

  it('set the environment, until TensorFlow has read it', () => {
    const env: NodeJS.ProcessEnv = {};
    setEnvironment({ A: '1' }, false, env);
    expect(env).toEqual({ A: '1' });
    setEnvironment({ A: '1' }, true, env);
    expect(() => setEnvironment({ A: '2' }, true, env)).toThrow(
      'TensorFlow runs in this process with A=1, and it cannot change to 2; run baremark once for each.',
    );
  });
});

describe('devices of the tfjs backend', () => {
  it('are the CPU and NVIDIA’s GPUs', () => {
    expect(profile.checkDevice('cpu')).toBeUndefined();
    expect(profile.checkDevice('cuda:0,1')).toBeUndefined();
    expect(profile.checkDevice('tensorrt:0')).toContain('which tfjs does not have');
    expect(profile.selectDevices('cuda:all', { env: { CUDA_VISIBLE_DEVICES: '0,1' } })).toEqual([
      'cuda:0',
      'cuda:1',
    ]);
    expect(oneDevice('cuda:1')).toEqual({ variant: 'cuda', number: 1 });
    expect(() => oneDevice('cuda:0,1')).toThrow(
      "A session of the tfjs backend opens one device, not 'cuda:0,1'; give one such as cuda:0.",
    );
  });

  it('share one pool of threads where they compute with cores', () => {
    const task = {
      task: 'bert',
      scenario: 'Offline',
      devices: ['cpu'],
      device: 'cpu',
      backendOptions: {},
    } as const;
    expect(profile.defaults(task, { cores: 2 })).toMatchObject({
      instances: 2,
      backendOptions: { intraOpThreads: 1, interOpThreads: 2 },
      freeCores: 0,
    });
    expect(profile.defaults({ ...task, instances: 1 }, { cores: 2 })).toMatchObject({
      instances: 1,
      backendOptions: { intraOpThreads: 2, interOpThreads: 1 },
    });
    expect(profile.defaults(task, { cores: 16 })).toMatchObject({
      instances: 4,
      backendOptions: { intraOpThreads: 16, interOpThreads: 4 },
    });
  });
});
