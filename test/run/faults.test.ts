import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import { readDocument } from '../../src/results/document/file.js';
import { readRecord } from '../../src/results/read/record.js';
import type { RunDocument } from '../../src/results/types.js';
import { runPlan } from '../../src/run/index.js';
import type { RunEvent } from '../../src/run/types.js';
import { suspensionReasons } from '../../src/run/verdict.js';

/** How long the machine sleeps in mid-run: then boot time and wall clock go on, the monotonic clock stands still. */
const machine = vi.hoisted(() => ({ sleepsNs: 0 }));
vi.mock(import('../../src/base/clock-jumps.js'), async (original) => {
  const real = await original();
  let readings = 0;
  const readClocks: typeof real.readClocks = () => {
    const now = real.readClocks();
    if (++readings % 2 === 1 || !('value' in now.bootNs)) return now;
    const bootNs = { ...now.bootNs, value: now.bootNs.value + machine.sleepsNs };
    return { ...now, bootNs, wallMs: now.wallMs + machine.sleepsNs / 1e6 };
  };
  return { ...real, readClocks };
});

const out = mkdtempSync(join(tmpdir(), 'baremark-faults-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

let systems = 0;

/** A Server run of the simulated backend with these options; its document and its folder. */
async function runPlanOf(backendOptions: string[], options: Record<string, unknown> = {}, stopAtS?: number) {
  const system = `system-${systems++}`;
  const plan = buildPlan({
    options: {
      model: ['bert-tiny'],
      scenario: ['Server'],
      backend: 'simulated',
      'backend-option': backendOptions,
      'target-qps': '100',
      'min-duration': '2s',
      'min-queries': '100',
      warmup: '1',
      system,
      out,
      ...options,
    },
    folder: process.cwd(),
  });
  const abort = new AbortController();
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => {
    events.push(event);
    if (stopAtS !== undefined && event.type === 'progress' && event.elapsedS > stopAtS) abort.abort();
  };
  const [document] = await runPlan(plan, { onEvent, signal: abort.signal });
  const folder = join(out, system, 'bert-tiny', 'Server', 'performance', 'run_1');
  return { document: document as RunDocument, folder, events };
}

const reasons = ({ outcome }: RunDocument) => ('reasons' in outcome ? outcome.reasons : []);

describe('a run with faults', () => {
  it('is INVALID where the backend fails batches, says how many and why, and does not count them', async () => {
    const { document, folder } = await runPlanOf(['fixedMs=1', 'failEvery=20']);
    expect(document.outcome.kind).toBe('invalid');
    expect(reasons(document).join(' ')).toMatch(
      /\d+ of \d+ samples failed and count for nothing.*simulated failure of batch/,
    );
    expect(document.result.failed).toBeGreaterThan(5);
    expect(document.result.samples + document.result.failed).toBe(document.result.queries);
    const record = await readRecord(join(folder, 'queries.arrow'));
    expect(Array.from(record.failed).filter(Boolean)).toHaveLength(document.result.failed);
    expect(readFileSync(join(folder, 'mlperf_log_summary.txt'), 'utf8')).toMatch(/Result is : INVALID/);
  });

  it('counts every sample once where the backend throws at random', async () => {
    const { document, folder } = await runPlanOf(['instant=true', 'failShare=0.2', 'seed=3'], {
      'target-qps': '5000',
      'min-duration': '500ms',
      'max-batch': '4',
    });
    const { failed, completedNs } = await readRecord(join(folder, 'queries.arrow'));
    const marked = Array.from(failed).filter(Boolean).length;
    expect(marked).toBeGreaterThan(100);
    expect(document.result.failed).toBe(marked);
    expect(document.result.samples).toBe(completedNs.length - marked);
    expect(document.result.queries).toBe(completedNs.length);
    expect(document.outcome.kind).toBe('invalid');
    expect(reasons(document).join(' ')).toContain(`${marked} of ${completedNs.length} samples failed`);
  });

  it('is aborted where no worker thread is left', async () => {
    const { document } = await runPlanOf(['fixedMs=1', 'dieAt=50']);
    expect(document.outcome.kind).toBe('aborted');
    expect(reasons(document).join(' ')).toMatch(
      /^The run was aborted because no worker thread was left\. .*Worker thread 0 died during the run/,
    );
  });

  it('is INVALID and written, without figures, where the backend fails every batch', async () => {
    const { document, folder } = await runPlanOf(['fixedMs=0', 'failShare=1'], { 'min-duration': '300ms' });
    expect(document.outcome.kind).toBe('invalid');
    const { samples, failed, queries, value } = document.result;
    expect([samples, failed, value]).toEqual([0, queries, Number.NaN]);
    expect(await readDocument(join(folder, 'run.json'))).toMatchObject({ result: document.result });
    expect(readFileSync(join(folder, 'mlperf_log_summary.txt'), 'utf8')).toMatch(/Result is : INVALID/);
  });

  it('has no expected length where every batch fails and so no rate is known', async () => {
    const options = { scenario: ['Offline'], 'target-qps': undefined, 'offline-expected-qps': '100' };
    const { events } = await runPlanOf(['fixedMs=0', 'failShare=1'], { ...options, 'min-duration': '100ms' });
    const started = events.find(({ type }) => type === 'started');
    expect(started).toMatchObject({ type: 'started', expectedS: undefined });
  });

  it('is aborted and written where every thread was lost in the warm-up', async () => {
    const { document, folder } = await runPlanOf(['fixedMs=1', 'dieAt=1'], { instances: '2' });
    expect(document.outcome).toEqual({
      kind: 'aborted',
      reasons: [
        'The run was aborted because no worker thread was left.',
        ...[0, 1].map(
          (instance) =>
            `Worker thread ${instance} was lost before the clock started: it ended with exit code 1; 0 samples were lost with it.`,
        ),
      ],
    });
    expect(await readDocument(join(folder, 'run.json'))).toMatchObject({ outcome: { kind: 'aborted' } });
  });

  it('is refused with the fault where it needs a rate and nothing is completed to measure one', async () => {
    for (const options of [{ 'target-qps': 'auto' }, { scenario: ['SingleStream'], 'target-qps': undefined }])
      await expect(runPlanOf(['fixedMs=0', 'failShare=1'], options)).rejects.toMatchObject({
        code: 'BAD_BACKEND',
        message: expect.stringMatching(/completed no sample before the run.*: The backend failed batch 0 /),
      });
  });

  it('is written and marked aborted where it is stopped', async () => {
    const { document, folder, events } = await runPlanOf(['fixedMs=1'], { 'min-duration': '60s' }, 1);
    expect(document.outcome).toEqual({ kind: 'aborted', reasons: ['The run was stopped by the user.'] });
    expect(document.result.samples).toBeGreaterThan(50);
    expect(document.result.durationS).toBeLessThan(60);
    expect(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')).outcome.kind).toBe('aborted');
    expect(events.at(-1)!.type).toBe('finished');
  });
});

describe('a caller whose onEvent throws', () => {
  const plan = () =>
    buildPlan({
      options: {
        model: ['bert-tiny'],
        scenario: ['Server', 'SingleStream'],
        backend: 'simulated',
        'target-qps': '100',
        'min-duration': '500ms',
        'min-queries': '10',
        warmup: '1',
        system: 'throws',
        out,
      },
      folder: process.cwd(),
    });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no more');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no more'))],
  ])('has its runs written, and its error at the end, where it %s', async (_, fail) => {
    const finished: string[] = [];
    const onEvent = (event: RunEvent) => {
      if (event.type === 'finished') finished.push(event.folder);
      return event.type === 'progress' ? fail() : undefined;
    };
    await expect(runPlan(plan(), { onEvent, signal: new AbortController().signal })).rejects.toMatchObject({
      code: 'BAD_CALLBACK',
      message:
        'onEvent threw "no more" at an event of type \'progress\'; the runs went on and are written, so mend the function and read their results.',
      cause: new Error('no more'),
    });
    expect(finished).toHaveLength(2);
    for (const folder of finished)
      expect((await readDocument(join(folder, 'run.json'))).outcome.kind).not.toBe('aborted');
  });
});

describe('a machine that sleeps in mid-run', () => {
  it('makes the run INVALID, with how long it slept', () => {
    expect(suspensionReasons({ suspendedNs: { value: 12.34e9 }, wallClockSetMs: 0 })).toEqual([
      'The machine was suspended for 12.3 s during the run.',
    ]);
    expect(suspensionReasons({ suspendedNs: { value: 0 }, wallClockSetMs: 5000 })[0]).toMatch(
      /set by 5\.0 s/,
    );
    expect(suspensionReasons({ suspendedNs: { unavailable: 'no /proc' }, wallClockSetMs: 0 })).toEqual([]);
  });

  it('is told in the run that it spoiled', async () => {
    machine.sleepsNs = 7.5e9;
    const { document, folder } = await runPlanOf(['fixedMs=1'], {
      'min-duration': '1s',
      'min-queries': '50',
    });
    machine.sleepsNs = 0;
    expect(document.outcome.kind).toBe('invalid');
    expect(reasons(document)).toContainEqual(
      expect.stringMatching(/^The machine was suspended for 7\.5 s during the run\.$/),
    );
    expect(readFileSync(join(folder, 'mlperf_log_summary.txt'), 'utf8')).toMatch(/suspended for 7\.5 s/);
  });
});
