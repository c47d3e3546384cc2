/** What a plan would run, as text for a person. */
import { relative } from 'node:path';
import type { BenchmarkPlan, PlannedRun } from '../plan/types.js';
import { table } from './text-table.js';

export function planText(plan: BenchmarkPlan): string {
  const rows = plan.runs.map((run) => [
    run.benchmark,
    run.scenario,
    run.mode === 'AccuracyOnly' ? 'accuracy' : 'performance',
    rateText(run),
    durationText(run),
    run.settings.minQueryCount === undefined ? '' : String(run.settings.minQueryCount),
    dataText(run),
  ]);
  const runs = table(['benchmark', 'scenario', 'mode', 'rate', 'least', 'queries', 'data'], rows);
  const repeats = plan.repeat > 1 ? `, ${plan.repeat} repeats` : '';
  const suts = new Set(plan.runs.map((run) => `${run.backend} on ${run.device}`));
  return [
    `${plan.name}: ${plan.runs.length} ${plan.runs.length === 1 ? 'run' : 'runs'}${repeats}, ${[...suts].join(', ')}`,
    `results would go to ${relative(process.cwd(), plan.out) || '.'}/${plan.system}`,
    '',
    runs,
  ].join('\n');
}

function rateText({ settings, scenario }: PlannedRun): string {
  const rate = scenario === 'Server' ? settings.serverTargetQps : settings.offlineExpectedQps;
  if (scenario !== 'Server' && scenario !== 'Offline') return '';
  return rate === undefined ? 'conf' : rate === 'auto' ? 'auto' : `${rate}/s`;
}

function durationText({ settings }: PlannedRun): string {
  return settings.minDurationMs === undefined ? 'conf' : `${settings.minDurationMs / 1000} s`;
}

function dataText({ dataset }: PlannedRun): string {
  if (dataset.kind === 'none') return 'none';
  if (dataset.kind !== 'squad' && dataset.kind !== 'coco') return dataset.kind;
  const dir = dataset.dir ?? '';
  const near = relative(process.cwd(), dir) || '.';
  return near.length < dir.length ? near : dir;
}
