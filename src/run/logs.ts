/** LoadGen's logs of a run. */
import type { Landing } from '../flight/leg.js';
import type { EffectiveSettings, Summary } from '../loadgen/index.js';
import { accuracyLog } from '../loadgen/log-accuracy.js';
import type { Response } from './measure.js';

/** Lines of `mlperf_log_accuracy.json`. */
export function accuracyLines(responses: readonly Response[]): Iterable<string> {
  return accuracyLog(
    responses.map(({ sequence, sample, data }) => ({ seqId: sequence, qslIndex: sample, data })),
  );
}
export function* detailLines(_s: Summary, _f: unknown): Iterable<string> {
  yield ':::MLLOG {}';
}
export function loadgenErrors(_l: readonly Landing[], _e: EffectiveSettings): string[] {
  return [];
}
