/** `mlperf_log_accuracy.json` in LoadGen's layout, and which responses of a performance run go into it. */
import { canonical } from '../queries/distributions.js';
import { Mt19937 } from '../queries/mt19937.js';
import type { EffectiveSettings } from '../settings/effective.js';

/** What a system under test answered to one sample that was issued. */
export interface SampleResponse {
  /** LoadGen's `seq_id`: position among all samples issued, from 0, continued from one loadable set to the next. */
  readonly sequence: number;
  /** LoadGen's `qsl_idx`: the sample's index in the library. */
  readonly sample: number;
  /** The response's bytes; an empty one where there is none. */
  readonly data: Uint8Array;
}

/** The file in pieces, to be written one after the other. */
export function* accuracyLog(responses: Iterable<SampleResponse>): Generator<string> {
  let before = '[\n';
  for (const { sequence, sample, data } of responses) {
    yield `${before}{ "seq_id" : ${sequence}, "qsl_idx" : ${sample}, "data" : "${hex(data)}" }`;
    before = ',\n';
  }
  yield before === ',\n' ? '\n]\n' : '[\n]\n';
}

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

function hex(data: Uint8Array): string {
  let text = '';
  for (const byte of data) text += BYTES[byte]!;
  return text;
}

/**
 * Which of the `rowCount` samples of a run have their responses logged. An accuracy run logs all; a performance run
 * logs each with the requested probability, or with the one that gives about the requested number of them.
 */
export function loggedSamples(effective: EffectiveSettings, rowCount: number): (sequence: number) => boolean {
  if (effective.mode === 'AccuracyOnly') return () => true;
  const probability = logProbability(effective);
  if (probability <= 0) return () => false;
  // Every sample has a fixed random value; the seed turns them all by the same amount.
  const turn = canonical(new Mt19937(effective.accuracyLogRngSeed));
  const values = new Mt19937(5489n);
  const logged = Uint8Array.from({ length: rowCount }, () =>
    (canonical(values) + turn) % 1 <= probability ? 1 : 0,
  );
  return (sequence) => logged[sequence] === 1;
}

function logProbability(effective: EffectiveSettings): number {
  if (effective.accuracyLogSamplingTarget === 0) return effective.accuracyLogProbability;
  const expected = (effective.targetQps * effective.targetDurationNs) / 1e9;
  const queries = Math.max(effective.minQueryCount, expected);
  return effective.accuracyLogSamplingTarget / (queries * effective.samplesPerQuery);
}
