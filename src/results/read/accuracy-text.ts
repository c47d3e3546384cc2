/** Reads `accuracy.txt` as MLPerf's evaluators write it. */
import { againstTarget, type Quality, type QualityTarget } from '../../accuracy/quality.js';
import { badLog } from './log-text.js';

const metrics: readonly { metric: string; pattern: RegExp; divisor: number }[] = [
  // SQuAD's evaluator prints percents; mAP and accuracy are printed as a percentage of 1.
  { metric: 'F1', pattern: /"f1":\s*([\d.]+)/, divisor: 1 },
  { metric: 'mAP', pattern: /^mAP=([\d.]+)%/, divisor: 100 },
  { metric: 'accuracy', pattern: /^accuracy=([\d.]+)%/, divisor: 100 },
];

/**
 * The accuracy in the lines of an `accuracy.txt`, judged by the benchmark's target where that is given.
 * @throws BaremarkError BAD_LOG where there is none, or two that differ
 */
export function parseAccuracy(
  path: string,
  lines: readonly string[],
  target: QualityTarget | undefined,
): Quality {
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
  return againstTarget(first.metric, first.value, target);
}
