/** What a plan would run, as text for a person. */
import { relative } from 'node:path';
import type { BenchmarkPlan, PlannedRun } from '../plan/types.js';
import { say } from './output/print.js';
import { plainTable } from './text-table.js';

export function planText(plan: BenchmarkPlan): string {
  const rows = plan.runs.map((run) => [
    run.benchmark,
    run.scenario,
    run.peak || run.triesChoices ? 'peak' : run.mode === 'AccuracyOnly' ? 'accuracy' : 'performance',
    rateText(run),
    leastText(run),
    dataText(run),
  ]);
  const runs = plainTable(['benchmark', 'scenario', 'mode', 'rate', 'at least', 'data'], rows);
  const repeats = plan.repeat > 1 ? `, ${plan.repeat} repeats` : '';
  const suts = new Set(plan.runs.map((run) => `${run.backend} on ${run.device}`));
  return [
    `${plan.name}: ${plan.runs.length} ${plan.runs.length === 1 ? 'run' : 'runs'}${repeats}, ${[...suts].join(', ')}`,
    `results would go to ${relative(process.cwd(), plan.out) || '.'}/${plan.system}`,
    '',
    runs,
  ].join('\n');
}

/** What a plan warns of and what it leaves out, on standard error, so that it stays out of what is printed. */
export function printWarnings({ warnings = [], notes = [] }: BenchmarkPlan): void {
  for (const warning of warnings) say(`baremark: warning: ${warning}`);
  for (const note of notes) say(`baremark: ${note}`);
}

function rateText({ settings, scenario, peak }: PlannedRun): string {
  if (peak) return `±${Number((100 * peak.precision).toPrecision(3))}%, ${Math.ceil(peak.budgetMs / 1000)} s`;
  const rate = scenario === 'Server' ? settings.serverTargetQps : settings.offlineExpectedQps;
  if (scenario !== 'Server' && scenario !== 'Offline') return '';
  return rate === undefined ? 'conf' : rate === 'auto' ? 'auto' : `${rate}/s`;
}

/** What a VALID run needs at least: `10 s, 100 queries`; a duration from a conf file is not read here. */
function leastText({ settings, scenario }: PlannedRun): string {
  const { minDurationMs, minQueryCount } = settings;
  const duration = minDurationMs === undefined ? 'conf' : `${minDurationMs / 1000} s`;
  if (minQueryCount === undefined) return duration;
  return `${duration}, ${minQueryCount} ${scenario === 'Offline' ? 'samples' : 'queries'}`;
}

function dataText({ dataset }: PlannedRun): string {
  if (dataset.kind === 'none') return 'none';
  if (dataset.kind !== 'squad' && dataset.kind !== 'coco') return dataset.kind;
  const dir = dataset.dir ?? '';
  const near = relative(process.cwd(), dir) || '.';
  return near.length < dir.length ? near : dir;
}
