/** Whether the answers that a performance run gave are those of the accuracy run, as far as a precision allows. */
import type { LogSource } from '../accuracy/accuracy-log.js';
import { compareSampledLog } from '../accuracy/sampled-log.js';
import type { Precision } from '../backends/backend.js';

/** How much an answer may depend on the batch it was computed in: float32 adds in another order, float16 is coarser. */
const tolerance: Readonly<Record<Precision, number>> = { fp32: 1e-3, fp16: 5e-2, int8: 5e-2 };

/** What the logs of both runs say of a model that answers to this task in this precision, with a sentence for a person. */
export async function checkSampledAnswers(
  { task, precision }: { readonly task: 'bert' | 'ssd'; readonly precision: Precision },
  accuracyLog: LogSource,
  sampledLog: LogSource,
): Promise<{ readonly passed: boolean; readonly message: string }> {
  const allowed = tolerance[precision];
  const kind = task === 'bert' ? 'squad-logits' : 'coco-detections';
  const found = await compareSampledLog(accuracyLog, sampledLog, kind, allowed);
  const [first] = found.differences;
  const what = first ? `; sample ${first.sample}: ${first.what}` : '';
  const problems = found.problems.map(({ message }) => ` ${message}`).join('');
  return {
    passed: found.passed,
    message: `${found.sampled} of the performance run against accuracy mode: ${found.identical} identical, ${found.withinTolerance} within ${allowed}, ${found.different} different${what}.${problems}`,
  };
}
