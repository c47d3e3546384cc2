/** MLPerf's accuracy verification: responses sampled during a performance run must be those of the accuracy run. */
import type { SampleResponse } from '../loadgen/index.js';
import { float32Of, type LogSource, readAccuracyLog } from './accuracy-log.js';
import { detectionFields } from './coco/log.js';
import { type LogProblem, LogProblems } from './log-problems.js';

export type ComparedKind = 'squad-logits' | 'coco-detections';

/** A sampled response that is not the accuracy run's. */
interface ResponseDifference {
  readonly sequence: number;
  readonly sample: number;
  /** What differs, e.g. `logits differ by up to 0.2`. */
  readonly what: string;
}

export interface SampledComparison {
  /** Sampled responses, how many of them equal accuracy mode's bit for bit, and how many only within the tolerance. */
  readonly sampled: number;
  readonly identical: number;
  readonly withinTolerance: number;
  /** How many differ, and the first of them (at most 20). */
  readonly different: number;
  readonly differences: readonly ResponseDifference[];
  readonly problems: readonly LogProblem[];
  /** True where something was sampled, nothing differs, and neither log has a problem. */
  readonly passed: boolean;
}

const shownDifferences = 20;

/** Floats of a response; undefined where its bytes are not a whole number of floats, or one is not finite. */
function floats(data: Uint8Array): Float32Array | undefined {
  if (data.length % 4 !== 0) return undefined;
  const values = float32Of(data);
  return values.every(Number.isFinite) ? values : undefined;
}

/** |a − b| in units of the tolerance: absolute for values below 1, relative above. */
function excess(a: number, b: number, tolerance: number): number {
  const difference = Math.abs(a - b);
  return difference === 0 ? 0 : difference / (tolerance * Math.max(1, Math.abs(b)));
}

function compareLogits(a: Float32Array, b: Float32Array, tolerance: number): string | undefined {
  if (a.length !== b.length) return `${a.length} values instead of ${b.length}`;
  let [worst, largest] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    worst = Math.max(worst, excess(a[i]!, b[i]!, tolerance));
    largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  }
  return worst <= 1 ? undefined : `logits differ by up to ${largest.toPrecision(3)}`;
}

/** As sets: batching may reorder detections whose scores are nearly equal. */
function compareDetections(a: Float32Array, b: Float32Array, tolerance: number): string | undefined {
  if (a.length !== b.length)
    return `${a.length / detectionFields} detections instead of ${b.length / detectionFields}`;
  const free = new Set(Array.from({ length: b.length / detectionFields }, (_, i) => i * detectionFields));
  let lost = 0;
  for (let at = 0; at < a.length; at += detectionFields) {
    let match: number | undefined;
    for (const other of free) {
      const close = Array.from({ length: detectionFields }, (_, i) =>
        excess(a[at + i]!, b[other + i]!, tolerance),
      ).every((value) => value <= 1);
      if (!close) continue;
      match = other;
      break;
    }
    if (match === undefined) lost += 1;
    else free.delete(match);
  }
  return lost === 0 ? undefined : `${lost} of ${a.length / detectionFields} detections are missing`;
}

const compareBy = { 'squad-logits': compareLogits, 'coco-detections': compareDetections };

/**
 * Compares each response of `sampledLog` (a performance run's, with `accuracy_log_probability` above 0) with that of
 * the same sample in `accuracyLog`. Values may differ by `tolerance`, absolute below 1 and relative above, because
 * another batch size may add floats in another order; 0 asks for equal bits. A sample may be sampled many times.
 */
export async function compareSampledLog(
  accuracyLog: LogSource,
  sampledLog: LogSource,
  kind: ComparedKind,
  tolerance: number,
): Promise<SampledComparison> {
  const problems = new LogProblems();
  const sampled = new Map<number, SampleResponse[]>();
  const unreadable = (byte: number) => problems.add('unreadable', undefined, String(byte));
  const sampledEnd = await readAccuracyLog(
    sampledLog,
    (entry) => {
      const held = sampled.get(entry.sample);
      if (held === undefined) sampled.set(entry.sample, [entry]);
      else held.push(entry);
    },
    unreadable,
  );

  const answered = new Set<number>();
  const differences: ResponseDifference[] = [];
  let [total, identical, withinTolerance, different] = [0, 0, 0, 0];
  const differs = ({ sequence, sample }: SampleResponse, what: string) => {
    different += 1;
    if (differences.length < shownDifferences) differences.push({ sequence, sample, what });
  };
  const accuracyEnd = await readAccuracyLog(
    accuracyLog,
    ({ sample, data }) => {
      const entries = sampled.get(sample);
      if (entries === undefined) return;
      if (answered.has(sample)) return problems.add('duplicated', sample);
      answered.add(sample);
      const expected = floats(data);
      if (expected === undefined) problems.add('not a number', sample);
      for (const entry of entries) {
        const values = floats(entry.data);
        if (values === undefined || expected === undefined)
          differs(entry, 'it is not a row of finite float32');
        else if (Buffer.compare(entry.data, data) === 0) identical += 1;
        else {
          const what = tolerance > 0 ? compareBy[kind](values, expected, tolerance) : 'its bytes differ';
          if (what === undefined) withinTolerance += 1;
          else differs(entry, what);
        }
      }
    },
    unreadable,
  );
  for (const [sample, entries] of sampled) {
    total += entries.length;
    if (answered.has(sample)) continue;
    problems.add('missing', sample);
    for (const entry of entries) differs(entry, 'the accuracy run has no response to this sample');
  }
  for (const end of [sampledEnd, accuracyEnd])
    if (end.kind === 'cut short') problems.add('cut short', undefined, end.why);
  const found = problems.list();
  return {
    sampled: total,
    identical,
    withinTolerance,
    different,
    differences,
    problems: found,
    passed: total > 0 && different === 0 && found.length === 0,
  };
}
