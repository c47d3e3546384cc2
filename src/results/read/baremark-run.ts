/** Reads one of our own runs: `run.json`, held against the record and the logs beside it. */
import { join } from 'node:path';
import { checkRun } from '../check/check-run.js';
import { readDocument } from '../document/file.js';
import { files } from '../layout.js';
import type { ResultRun, RunDocument } from '../types.js';
import type { ScenarioFolder } from './find-scenarios.js';
import { badLog } from './log-text.js';
import { bound, settings } from './mlperf-run.js';

/**
 * Reads a run and checks its files against each other; its figures are those of `run.json` in any case.
 * @throws BaremarkError BAD_RESULTS or BAD_LOG where it cannot be read or says that it belongs elsewhere
 */
export async function readBaremarkRun(place: ScenarioFolder, path: string): Promise<ResultRun> {
  const documentPath = join(path, files.run);
  const document = await readDocument(documentPath);
  if (document.benchmark !== place.benchmark || document.scenario !== place.scenario)
    throw badLog(
      documentPath,
      `is a run of ${document.benchmark} ${document.scenario} but is in a folder for ${place.benchmark} ${place.scenario}`,
    );
  const { disagreements, detail, hasRecord } = await checkRun(path, document);
  return {
    source: 'baremark',
    system: place.system,
    benchmark: place.benchmark,
    scenario: place.scenario,
    mode: document.mode,
    path,
    ...figures(document),
    settings: detail ? settings(detail) : { requested: {}, effective: document.settings },
    document,
    record: hasRecord ? join(path, files.record) : undefined,
    disagreements,
  };
}

function figures({ mode, scenario, result, outcome, startedAt, accuracy, settings }: RunDocument) {
  const { min, max, mean, p50, p90, p95, p97, p99, p999 } = result.latencyMs;
  const latencyMs = { min, max, mean, p50, p90, p95, p97, p99, p999 };
  const measured = Object.values(latencyMs).every((value) => Number.isFinite(value));
  const percentile = settings.target_latency_percentile;
  const figure =
    result.unit === 'ms' ? 'latency' : scenario === 'Offline' ? 'samples per second' : 'completed samples/s';
  const bounded = scenario === 'Server' && result.boundMs !== undefined;
  return {
    throughput:
      mode === 'PerformanceOnly' && Number.isFinite(result.value)
        ? {
            value: result.value,
            unit: result.unit,
            figure: figure as NonNullable<ResultRun['throughput']>['figure'],
          }
        : undefined,
    completedSamplesPerSecond: finite(result.completedSamplesPerSecond),
    scheduledSamplesPerSecond: finite(result.scheduledSamplesPerSecond),
    targetQps: result.targetQps,
    latencyMs: measured ? latencyMs : undefined,
    ...(bounded && measured
      ? bound(result.boundMs, typeof percentile === 'number' ? percentile : undefined, latencyMs)
      : {}),
    outcome,
    queries: result.queries,
    samples: result.samples,
    durationS: result.durationS,
    minDurationS: result.minDurationS,
    startedAt,
    accuracy,
  };
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
