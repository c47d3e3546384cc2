/** A run as its `run.json` tells of it, for what the system under test and LoadGen were told: nothing of it runs. */
import { builtInProfile } from '../../src/backends/built-in.js';
import { sha256File } from '../../src/base/files.js';
import { openLibrary } from '../../src/datasets/open-library.js';
import { effectiveSettings } from '../../src/loadgen/index.js';
import type { OptionName } from '../../src/plan/options/table.js';
import { requestedSettings } from '../../src/plan/requested.js';
import type { PlannedRun } from '../../src/plan/types.js';
import { formatDocument } from '../../src/results/document/file.js';
import type { ResultRun, RunDocument } from '../../src/results/types.js';
import { conclude } from '../../src/run/conclude.js';
import { fittedBatchPolicy } from '../../src/sut/batching.js';
import { chooseSut } from '../../src/sut/choose.js';
import { everyMs, finishedRun, phaseResult, planned } from '../run/hand-made.js';

export type Options = Partial<Record<OptionName, unknown>>;

/** The run of these options, read from its document alone. */
export async function told(options: Options, change = (run: PlannedRun) => run): Promise<ResultRun> {
  const run = change(planned(options));
  const perQuery = run.scenario === 'MultiStream' ? (run.settings.multiStreamSamplesPerQuery ?? 8) : 1;
  const finished = await finishedRun(run, [
    phaseResult(
      everyMs(8 * perQuery, () => 1),
      {},
      perQuery,
    ),
  ]);
  const profile = builtInProfile(run.backend)!;
  const machine = { cores: 4, realTime: true };
  const choice = chooseSut(run, profile.selectDevices(run.device, {}), machine, profile);
  const policy = fittedBatchPolicy(choice.policy, { largestBatch: 1e6, lengthsDiffer: true });
  const library = run.dataset.kind === 'none' ? finished.sut.library : await openLibrary(run.dataset);
  const { file } = run.model;
  const model = { ...finished.sut.model, sha256: file === undefined ? undefined : await sha256File(file) };
  const info = { ...finished.sut.pool.info, backendName: run.backend };
  const pool = { info } as typeof finished.sut.pool;
  const phase = { ...finished.sut.phase, policy };
  const rates = { serverTargetQps: 1000, offlineExpectedQps: 1000, samplesPerSecond: 1000 };
  const { document } = await conclude({
    ...finished,
    sut: { ...finished.sut, choice: { ...choice, policy }, library, model, pool, phase },
    effective: effectiveSettings(requestedSettings(run, rates), library),
  });
  const written = JSON.parse(formatDocument(document)) as RunDocument;
  const { benchmark, scenario, mode, outcome, settings } = written;
  return {
    source: 'baremark',
    system: 'box',
    path: 'run_1',
    runNumber: 1,
    ...{ benchmark, scenario, mode, outcome },
    throughput: { value: 1, unit: 'samples/s', figure: 'completed samples/s' },
    settings: { requested: {}, effective: settings },
    document: written,
  };
}
