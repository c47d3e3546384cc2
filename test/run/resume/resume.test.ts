import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../../src/datasets/open-library.js';
import { buildPlan } from '../../../src/plan/build.js';
import type { OptionName } from '../../../src/plan/options/table.js';
import type { BenchmarkPlan, PlannedRun } from '../../../src/plan/types.js';
import type { RunDocument } from '../../../src/results/types.js';
import { reserveRunFolder } from '../../../src/results/write/run-folder.js';
import { identityOf } from '../../../src/run/identity.js';
import { runPlan } from '../../../src/run/index.js';
import { planProgress, setAsideInterrupted } from '../../../src/run/resume.js';
import { sampleDocument, temporaryFolder } from '../../results/sample-run.js';

function planOf(out: string, options: Partial<Record<OptionName, unknown>> = {}): BenchmarkPlan {
  const given = {
    model: 'bert-tiny',
    scenario: 'Server',
    backend: 'simulated',
    'backend-option': ['fixedMs=0.5'],
    'target-qps': '1000',
    'target-latency': '20s',
    'min-duration': '0',
    'min-queries': '300',
    repeat: '3',
    warmup: '1',
    system: 'box',
    out,
  };
  return buildPlan({ options: { ...given, ...options }, folder: process.cwd() });
}

const scenario = (out: string) => join(out, 'box', 'bert-tiny', 'Server');
const runFile = (out: string, n: number) => join(scenario(out), 'performance', `run_${n}`, 'run.json');

/** Writes these runs as if they had been made and had ended so. */
async function finish(
  plan: BenchmarkPlan,
  runs: readonly PlannedRun[] = plan.runs,
  changes: Partial<RunDocument> = {},
): Promise<void> {
  for (const run of runs) {
    const { benchmark, scenario, mode } = run;
    const library = await openLibrary(run.dataset);
    const identity = await identityOf(run, plan.system, { datasetHash: library.hash });
    const { path } = await reserveRunFolder(plan.out, plan.system, benchmark, scenario, mode);
    const document = sampleDocument({ benchmark, scenario, mode, identity, ...changes });
    writeFileSync(join(path, 'run.json'), JSON.stringify(document));
  }
}

const aborted = { kind: 'aborted', reasons: ['Stopped before its end.'] } as const;

async function left(plan: BenchmarkPlan) {
  const { remaining, finished, interrupted } = await planProgress(plan);
  return { finished: finished.size, repeats: remaining.map(({ repeat }) => repeat), interrupted };
}

describe('a plan that is resumed', () => {
  it('finds what it ran by itself', async () => {
    const plan = planOf(await temporaryFolder(), { repeat: '1' });
    expect(await left(plan)).toEqual({ finished: 0, repeats: [1], interrupted: [] });
    await runPlan(plan, { onEvent: () => {}, signal: new AbortController().signal });
    expect(await left(plan)).toEqual({ finished: 1, repeats: [], interrupted: [] });
  });

  it('has its own runs alone, whatever else is in the folder', async () => {
    const plan = planOf(await temporaryFolder());
    await finish(plan);
    await finish(plan, plan.runs.slice(0, 1), { identity: undefined });
    expect(await left(plan)).toEqual({ finished: 3, repeats: [], interrupted: [] });
    // The same runs and two more.
    expect((await left(planOf(plan.out, { repeat: '5' }))).repeats).toEqual([4, 5]);
    // Another plan has none of them.
    expect((await left(planOf(plan.out, { 'backend-option': ['fixedMs=0.6'] }))).repeats).toEqual([1, 2, 3]);
  });

  it('makes again what was aborted, damaged or cut off, lists it, and counts INVALID as finished', async () => {
    const plan = planOf(await temporaryFolder());
    const { out } = plan;
    const [first, second, third] = plan.runs;
    await finish(plan, [first!], { outcome: aborted });
    await finish(plan, [second!], { outcome: { kind: 'invalid', reasons: ['Too short.'] } });
    await finish(plan, [third!]);
    writeFileSync(runFile(out, 3), '{"schema": "baremark-run/2", ');
    mkdirSync(join(scenario(out), 'performance', 'run_4'));
    const before = await left(plan);
    expect(before).toMatchObject({ finished: 1, repeats: [1, 3] });
    expect(before.interrupted.map(({ path, why }) => `${path.slice(-5)} is ${why}`)).toEqual([
      'run_1 is aborted: Stopped before its end',
      expect.stringMatching(/^run_3 is damaged: .*half-written/),
      'run_4 is without a run.json: cut off, or still running',
    ]);
    await finish(plan, (await planProgress(plan)).remaining);
    const after = await left(plan);
    expect(after).toMatchObject({ finished: 3, repeats: [] });
    // The aborted run has been made again; of the others nobody knows which they were.
    expect(after.interrupted.map(({ path }) => path.slice(-5))).toEqual(['run_3', 'run_4']);
  });

  it('takes the latest of several equal runs', async () => {
    const plan = planOf(await temporaryFolder(), { repeat: '1' });
    for (const day of [1, 3, 2])
      await finish(plan, plan.runs, { startedAt: `2026-01-0${day}T00:00:00.000Z` });
    const { finished } = await planProgress(plan);
    expect([...finished.values()].map(({ startedAt }) => startedAt)).toEqual(['2026-01-03T00:00:00.000Z']);
  });

  it('moves an interrupted accuracy run aside, and refuses one of another plan before anything runs', async () => {
    const options = { mode: 'submission', repeat: '1' } as const;
    const plan = planOf(await temporaryFolder(), options);
    const accuracy = join(scenario(plan.out), 'accuracy');
    const [accuracyRun, performanceRun] = plan.runs;
    await finish(plan, [accuracyRun!], { outcome: aborted });
    await finish(plan, [performanceRun!]);
    const found = await planProgress(plan);
    expect(found.remaining.map(({ mode }) => mode)).toEqual(['AccuracyOnly']);
    const moved = await setAsideInterrupted(plan, found);
    expect(moved).toEqual([expect.stringMatching(/\/accuracy-interrupted-\d{17}$/)]);
    expect(existsSync(join(moved[0]!, 'run.json'))).toBe(true);
    await finish(plan, found.remaining);
    expect((await left(plan)).repeats).toEqual([]);
    const other = planOf(plan.out, { ...options, warmup: '2' });
    await expect(planProgress(other)).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
      message: expect.stringMatching(/accuracy holds an accuracy run of another plan, .* --out /),
    });
    rmSync(accuracy, { recursive: true });
    expect((await left(other)).repeats).toEqual([1, 1]);
  });

  it('is told before its first run that the place of an accuracy run is taken, without being resumed', async () => {
    const plan = planOf(await temporaryFolder(), { mode: 'submission', repeat: '1' });
    await finish(plan, plan.runs.slice(0, 1));
    const events: string[] = [];
    const hooks = {
      onEvent: ({ type }: { type: string }) => events.push(type),
      signal: new AbortController().signal,
    };
    await expect(runPlan({ ...plan, runs: plan.runs.toReversed() }, hooks)).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
      message: expect.stringContaining('accuracy already holds a run'),
    });
    expect(events).toEqual([]);
  });

  it('leaves an interrupted accuracy run where it is if none is to be made', async () => {
    const plan = planOf(await temporaryFolder(), { mode: 'submission', repeat: '1' });
    await finish(plan, plan.runs.slice(0, 1), { outcome: aborted });
    const performance = planOf(plan.out, { repeat: '1' });
    const found = await planProgress(performance);
    expect(found.interrupted).toHaveLength(1);
    expect(await setAsideInterrupted(performance, found)).toEqual([]);
  });
});
