/** Which responses a run keeps: all in accuracy mode, LoadGen's random sample of them in performance mode. */
import { type EffectiveSettings, type Queries, sampledResponses } from '../loadgen/index.js';

/** A function from a leg's queries to a 1 for each row whose response is wanted; undefined where none is. */
export function capturedRows(effective: EffectiveSettings): ((queries: Queries) => Uint8Array) | undefined {
  if (effective.mode === 'AccuracyOnly')
    return ({ rowCount }) => new Uint8Array(new SharedArrayBuffer(rowCount)).fill(1);
  if (effective.accuracyLogProbability <= 0 && effective.accuracyLogSamplingTarget <= 0) return undefined;
  return ({ rowCount }) => {
    const wanted = new Uint8Array(new SharedArrayBuffer(rowCount));
    for (const row of sampledResponses(effective, rowCount)) wanted[row] = 1;
    return wanted;
  };
}
