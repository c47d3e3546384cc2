/** Which responses a run keeps: all in accuracy mode, LoadGen's random sample of them in performance mode. */
import type { EffectiveSettings, Queries } from '../../loadgen/index.js';
import { loggedSamples } from '../../loadgen/logs/accuracy.js';

/** A function that gives, for a phase's queries, 1 for each row whose response is wanted; undefined where none is. */
export function capturedRows(effective: EffectiveSettings): ((queries: Queries) => Uint8Array) | undefined {
  const { mode, accuracyLogProbability, accuracyLogSamplingTarget } = effective;
  if (mode !== 'AccuracyOnly' && accuracyLogProbability <= 0 && accuracyLogSamplingTarget <= 0)
    return undefined;
  return ({ rowCount }) => {
    const isLogged = loggedSamples(effective, rowCount);
    const wanted = new Uint8Array(new SharedArrayBuffer(rowCount));
    for (let row = 0; row < rowCount; row++) wanted[row] = isLogged(row) ? 1 : 0;
    return wanted;
  };
}
