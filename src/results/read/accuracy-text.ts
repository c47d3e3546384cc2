/** Reads `accuracy.txt` as MLPerf's evaluators write it, and knows the targets of the benchmarks baremark has. */

import type { ResultRun } from '../types.js';
import { badLog } from './log-text.js';

const metrics: readonly { metric: string; pattern: RegExp; divisor: number }[] = [
  // SQuAD's evaluator prints percents; mAP and accuracy are printed as a percentage of 1.
  { metric: 'F1', pattern: /"f1":\s*([\d.]+)/, divisor: 1 },
  { metric: 'mAP', pattern: /^mAP=([\d.]+)%/, divisor: 100 },
  { metric: 'accuracy', pattern: /^accuracy=([\d.]+)%/, divisor: 100 },
];

/** MLPerf Inference's closed-division targets: a share of the FP32 reference's F1 of 90.874 and mAP of 0.20. */
const targets: Readonly<Record<string, { readonly metric: string; readonly target: number }>> = {
  'bert-99': { metric: 'F1', target: 0.99 * 90.874 },
  'bert-99.9': { metric: 'F1', target: 0.999 * 90.874 },
  'ssd-resnet34': { metric: 'mAP', target: 0.99 * 0.2 },
};

/**
 * The accuracy in the lines of an `accuracy.txt`.
 * @throws BaremarkError BAD_LOG where there is none, or two that differ
 */
export function parseAccuracy(
  path: string,
  lines: readonly string[],
  benchmark: string,
): NonNullable<ResultRun['accuracy']> {
  const found = lines.flatMap((line) =>
    metrics.flatMap(({ metric, pattern, divisor }) => {
      const value = Number(pattern.exec(line)?.[1] ?? Number.NaN);
      return Number.isFinite(value) ? [{ metric, value: value / divisor }] : [];
    }),
  );
  const [first] = found;
  if (!first) throw badLog(path, 'holds no F1, mAP or accuracy; evaluate the accuracy run again');
  const other = found.find(({ metric, value }) => metric !== first.metric || value !== first.value);
  if (other)
    throw badLog(
      path,
      `holds both ${first.metric} ${first.value} and ${other.metric} ${other.value}; keep one evaluation`,
    );
  const rule = targets[benchmark];
  if (rule?.metric !== first.metric) return first;
  return { ...first, target: rule.target, met: first.value >= rule.target };
}
