/** What the runtimes of two systems read from their environments is compared, variable by variable. */
import { expect, it } from 'vitest';
import { runDifferences } from '../../src/compare/differences/differences.js';
import type { ResultRun } from '../../src/results/types.js';
import { told } from './told.js';

async function runIn(environment: Readonly<Record<string, string>> | undefined): Promise<ResultRun> {
  const run = await told({});
  return { ...run, document: { ...run.document!, sut: { ...run.document!.sut, environment } } };
}

/** Without the model's file, of which these runs know nothing. */
function differences(baseline: readonly ResultRun[], candidate: readonly ResultRun[]) {
  return runDifferences(baseline, candidate).filter(({ field }) => field.startsWith('sut.'));
}

it('a variable that one side lacks was not set there, and confounds', async () => {
  const [a, b] = [await runIn({}), await runIn({ NVIDIA_TF32_OVERRIDE: '0', CUDA_LAUNCH_BLOCKING: '1' })];
  const one = { severity: 'confounds', baseline: { value: 'not set' } };
  expect(differences([a], [b])).toMatchObject([
    { ...one, label: 'environment variable NVIDIA_TF32_OVERRIDE', candidate: { value: '0' } },
    { ...one, label: 'environment variable CUDA_LAUNCH_BLOCKING', candidate: { value: '1' } },
  ]);
});

it('different values confound, equal ones are no difference', async () => {
  const [a, b] = [
    await runIn({ MALLOC_ARENA_MAX: '1', LD_PRELOAD: 'x.so' }),
    await runIn({ MALLOC_ARENA_MAX: '2', LD_PRELOAD: 'x.so' }),
  ];
  expect(differences([a], [b])).toMatchObject([
    { field: 'sut.environment.MALLOC_ARENA_MAX', severity: 'confounds' },
  ]);
  expect(differences([a], [b])).toHaveLength(1);
  expect(differences([a], [a])).toEqual([]);
});

it('repeats of one side that had different environments are told', async () => {
  const [a, b] = [await runIn({}), await runIn({ CUDA_MODULE_LOADING: 'EAGER' })];
  expect(differences([a, b], [a])).toMatchObject([
    { field: 'sut.environment.CUDA_MODULE_LOADING', within: 'the baseline' },
  ]);
});

it('which devices are visible is expected to differ: each system numbers its own', async () => {
  const [a, b] = [await runIn({ CUDA_VISIBLE_DEVICES: 'GPU-1' }), await runIn({})];
  expect(differences([a], [b])).toMatchObject([{ severity: 'expected' }]);
});

it('an older document says nothing of it, which is not the same as not set', async () => {
  const [a, b] = [await runIn(undefined), await runIn({ CUDNN_LOGLEVEL_DBG: '3' })];
  expect(differences([a], [b])).toMatchObject([
    {
      baseline: { unavailable: 'it was not recorded' },
      note: 'unknown on one side: could not be checked',
    },
  ]);
});
