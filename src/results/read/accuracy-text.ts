/** Reads `accuracy.txt` as MLPerf's evaluators write it. */
import { againstTarget, type Quality, type QualityTarget } from '../../accuracy/quality.js';
import { badLog } from './log-text.js';

const metrics: readonly { metric: string; pattern: RegExp; divisor: number }[] = [
  // All print percents; F1 is kept as one, mAP and accuracy are kept as a share of 1.
  { metric: 'F1', pattern: /"f1":\s*([^\s,}]+)/, divisor: 1 },
  { metric: 'mAP', pattern: /^mAP=([^\s%]+)%/, divisor: 100 },
  { metric: 'accuracy', pattern: /^accuracy=([^\s%]+)%/, divisor: 100 },
];

/**
 * The accuracy in the lines of an `accuracy.txt`, judged by the benchmark's target where that is given.
 * @throws BaremarkError BAD_LOG where there is none, one that is no percentage, or two that differ
 */
export function parseAccuracy(
  path: string,
  lines: readonly string[],
  target: QualityTarget | undefined,
): Quality {
  const found = lines.flatMap((line) =>
    metrics.flatMap(({ metric, pattern, divisor }) => {
      const text = pattern.exec(line)?.[1];
      if (text === undefined) return [];
      const percent = Number(text);
      if (!(percent >= 0 && percent <= 100))
        throw badLog(
          path,
          `holds ${metric} ${text}, which is not from 0 to 100%; evaluate the accuracy run again`,
        );
      return [{ metric, value: percent / divisor }];
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
