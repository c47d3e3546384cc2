/** Takes a plan up where it was left: what of it is finished already, and what was begun and not finished. */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { loadProfile } from '../backends/load.js';
import { BaremarkError } from '../base/errors.js';
import { outputError } from '../base/files.js';
import { toJson } from '../base/json.js';
import { openLibrary } from '../datasets/open-library.js';
import type { BenchmarkPlan, PlannedRun } from '../plan/types.js';
import { scenarioFolder } from '../results/layout.js';
import { type RunFolderState, runFoldersOf } from '../results/read/run-folders.js';
import type { RunDocument } from '../results/types.js';
import { prepareModel } from '../sut/open.js';
import { identityOf, type RunContents } from './identity.js';

export interface PlanProgress {
  /** Runs that came to their end, VALID or INVALID, with their documents. */
  readonly finished: ReadonlyMap<PlannedRun, RunDocument>;
  /** The others, in order. */
  readonly remaining: readonly PlannedRun[];
  /** Folders of runs of these scenarios that were begun and not finished. */
  readonly interrupted: readonly InterruptedRun[];
}

export interface InterruptedRun {
  readonly path: string;
  /** Completes "it is …". */
  readonly why: string;
}

type Written = Extract<RunFolderState, { kind: 'written' }>;

/**
 * Compares the plan with the results that are there. An aborted run is not finished, and a run of another plan, of
 * other files or of another version of baremark is none of this plan's.
 * @param say is told what takes long: a model or a data set whose files are compared
 * @throws BaremarkError OUTPUT_EXISTS where an accuracy run must be made and its place holds one of another plan
 */
export async function planProgress(
  plan: Pick<BenchmarkPlan, 'out' | 'system' | 'runs'>,
  say: (what: string) => void = () => {},
): Promise<PlanProgress> {
  const places = memo(({ benchmark, scenario }: Pick<PlannedRun, 'benchmark' | 'scenario'>) =>
    runFoldersOf(plan.out, plan.system, benchmark, scenario),
  );
  const contents = memo((files: RunFiles) => contentsOf(files, say));
  const finished = new Map<PlannedRun, RunDocument>();
  const states = new Set<RunFolderState>();
  for (const run of plan.runs) {
    const { benchmark, scenario, mode, model, backend, dataset } = run;
    const found = await places({ benchmark, scenario });
    for (const state of found) states.add(state);
    const ended = found.filter(isEnded).filter((state) => state.mode === mode);
    if (ended.every(({ document }) => document.identity === undefined)) continue;
    const identity = await identityOf(run, plan.system, await contents({ model, backend, dataset }));
    const last = ended
      .filter(({ document }) => document.identity === identity)
      .sort(byStart)
      .at(-1);
    if (last) finished.set(run, last.document);
  }
  const remaining = plan.runs.filter((run) => !finished.has(run));
  refuseTaken(remaining, [...states]);
  const done = new Set([...finished.values()].map(({ identity }) => identity));
  return { finished, remaining, interrupted: interruptedOf([...states], done) };
}

/**
 * Moves what was left of interrupted accuracy runs out of the way of those that remain: a scenario has one folder for
 * them. Performance runs keep theirs and are followed by the next number. Returns the new paths.
 */
export async function setAsideInterrupted(
  { out, system }: Pick<BenchmarkPlan, 'out' | 'system'>,
  { remaining, interrupted }: PlanProgress,
): Promise<readonly string[]> {
  const moved: string[] = [];
  for (const { benchmark, scenario, mode } of remaining) {
    const path = join(scenarioFolder(out, system, benchmark, scenario), 'accuracy');
    if (mode !== 'AccuracyOnly' || !interrupted.some((run) => run.path === path)) continue;
    const to = `${path}-interrupted-${new Date().toISOString().replace(/\D/g, '').slice(0, 17)}`;
    await rename(path, to).catch((error) => {
      throw outputError(path, error);
    });
    moved.push(to);
  }
  return moved;
}

type RunFiles = Pick<PlannedRun, 'model' | 'backend' | 'dataset'>;

async function contentsOf(run: RunFiles, say: (what: string) => void): Promise<RunContents> {
  say(`comparing ${run.model.name}`);
  const { sha256 } = await prepareModel(run, await loadProfile(run.backend), () => {});
  return { modelSha256: sha256, datasetHash: (await openLibrary(run.dataset)).hash };
}

function isEnded(state: RunFolderState): state is Written {
  return state.kind === 'written' && state.document.outcome.kind !== 'aborted';
}

function byStart(a: Written, b: Written): number {
  return a.document.startedAt < b.document.startedAt ? -1 : 1;
}

function refuseTaken(remaining: readonly PlannedRun[], states: readonly RunFolderState[]): void {
  for (const { benchmark, scenario, mode } of remaining) {
    if (mode !== 'AccuracyOnly') continue;
    const taken = states
      .filter(isEnded)
      .find(
        ({ document }) =>
          document.mode === mode && document.benchmark === benchmark && document.scenario === scenario,
      );
    if (taken)
      throw new BaremarkError(
        'OUTPUT_EXISTS',
        `${taken.path} holds an accuracy run of another plan, of other files or of another version of baremark; choose another folder with --out or another name with --system, or remove it first.`,
      );
  }
}

/** All that is unwritten, and aborted runs that have not been made again since. */
function interruptedOf(
  states: readonly RunFolderState[],
  done: ReadonlySet<string | undefined>,
): InterruptedRun[] {
  return states.flatMap((state) => {
    if (state.kind === 'unwritten') return [{ path: state.path, why: state.why }];
    const { outcome, identity } = state.document;
    if (outcome.kind !== 'aborted' || (identity !== undefined && done.has(identity))) return [];
    return [{ path: state.path, why: `aborted: ${outcome.reasons.join('; ').replace(/\.$/, '')}` }];
  });
}

/** Asks once for equal questions. */
function memo<Q, A>(ask: (question: Q) => Promise<A>): (question: Q) => Promise<A> {
  const known = new Map<string, Promise<A>>();
  return (question) => {
    const key = toJson(question);
    const answer = known.get(key) ?? ask(question);
    known.set(key, answer);
    return answer;
  };
}
