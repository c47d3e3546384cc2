/** MLPerf's audits of a system: answers sampled under load against accuracy mode's, and one repeated sample against many. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cachingVerdict } from '../accuracy/caching-verdict.js';
import { writeFileWhole } from '../base/files.js';
import { toJson } from '../base/json.js';
import type { BenchmarkPlan, PlannedRun, SettingsOverrides } from '../plan/types.js';
import { files } from '../results/layout.js';
import type { RunDocument } from '../results/types.js';
import { conductRun } from '../run/conduct-run.js';
import { guardedEvents } from '../run/hooks/events.js';
import type { RunHooks } from '../run/types.js';
import { type HostContext, readHostContext } from '../sut/host-context.js';
import { checkSampledAnswers } from './sampled-answers.js';

export interface AuditCheck {
  readonly benchmark: string;
  readonly scenario: string;
  readonly check: 'sampled answers' | 'caching';
  readonly passed: boolean;
  /** One sentence for a person. */
  readonly message: string;
}

export interface Audit {
  readonly folder: string;
  readonly passed: boolean;
  readonly checks: readonly AuditCheck[];
}

/** About how many answers of a performance run are sampled. */
const sampledTarget = 1000;

/** Audits every run of the plan, in a new folder under `compliance` in the results, with `audit.json` in it. */
export async function auditPlan(plan: BenchmarkPlan, hooks: RunHooks): Promise<Audit> {
  const context = await readHostContext();
  const home = join(plan.out, 'compliance');
  const taken = (await readdir(home).catch(() => [])).map((name) =>
    Number(/^audit_(\d+)$/.exec(name)?.[1] ?? 0),
  );
  const folder = join(home, `audit_${Math.max(0, ...taken) + 1}`);
  const checks: AuditCheck[] = [];
  const events = guardedEvents(hooks.onEvent);
  const guarded = { ...hooks, onEvent: events.onEvent };
  for (const run of plan.runs.filter(({ repeat }) => repeat === 1))
    checks.push(...(await auditRun(run, { ...plan, out: folder }, context, guarded)));
  const audit: Audit = { folder, passed: checks.length > 0 && checks.every(({ passed }) => passed), checks };
  await writeFileWhole(join(folder, 'audit.json'), `${toJson(audit)}\n`);
  events.rethrow();
  return audit;
}

async function auditRun(
  planned: PlannedRun,
  plan: BenchmarkPlan,
  context: HostContext,
  hooks: RunHooks,
): Promise<AuditCheck[]> {
  const run: PlannedRun = { ...planned, mode: 'PerformanceOnly', fidelity: undefined };
  const name = { benchmark: run.benchmark, scenario: run.scenario };
  const broken = (check: AuditCheck['check'], why: string): AuditCheck => ({
    ...name,
    check,
    passed: false,
    message: `${run.benchmark} ${run.scenario}, ${check}: ${why}`,
  });
  const conduct = async (changed: PlannedRun) => {
    let path = '';
    const onEvent: RunHooks['onEvent'] = (event) => {
      if (event.type === 'finished') path = event.folder;
      hooks.onEvent(event);
    };
    const document = await conductRun(changed, plan, context, { ...hooks, onEvent });
    return { document, log: join(path, files.accuracyLog) };
  };
  const withSettings = (more: SettingsOverrides): PlannedRun => ({
    ...run,
    settings: { ...run.settings, ...more },
  });

  const checks: AuditCheck[] = [];
  if (run.dataset.kind === 'none')
    checks.push(broken('sampled answers', 'the backend gives no answers to compare.'));
  else {
    const accuracy = await conduct({ ...run, mode: 'AccuracyOnly' });
    const sampled = await conduct(withSettings({ accuracyLogSamplingTarget: sampledTarget }));
    if (!complete(accuracy.document) || !complete(sampled.document))
      return [...checks, broken('sampled answers', 'a run was stopped or failed.')];
    const { passed, message } = await checkSampledAnswers(run.model, accuracy.log, sampled.log);
    checks.push({ ...broken('sampled answers', message), passed });
  }
  // Padded to one length, every text costs the same.
  const even = (more: SettingsOverrides): PlannedRun => {
    const same = withSettings(more);
    return { ...same, batching: { ...same.batching, pad: 'max', buckets: undefined } };
  };
  const unique = await conduct(even({ performanceIssueUnique: true }));
  const same = await conduct(even({ performanceIssueSame: true }));
  if (!complete(unique.document) || !complete(same.document))
    return [...checks, broken('caching', 'a run was stopped or failed.')];
  const verdict = cachingVerdict(figure(unique.document), figure(same.document), unitOf(run));
  checks.push({ ...broken('caching', verdict.message), passed: verdict.passed });
  return checks;
}

function complete(document: RunDocument | undefined): document is RunDocument {
  return document !== undefined && document.outcome.kind !== 'aborted' && document.result.failed === 0;
}

/** The rate of a Server run is the one that was asked for, so its latency is compared. */
function unitOf({ scenario }: PlannedRun): 'samples/s' | 'ms' {
  return scenario === 'Offline' ? 'samples/s' : 'ms';
}

function figure({ scenario, result }: RunDocument): number {
  return scenario === 'Offline' ? result.completedSamplesPerSecond : result.latencyMs.p50;
}
