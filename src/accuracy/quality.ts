/** MLPerf's quality targets, the verdict against them, and `accuracy.txt` as MLPerf's scripts write it. */
import { BaremarkError } from '../base/errors.js';
import type { CocoSummary } from './coco/evaluate.js';
import type { SquadScore } from './squad/score.js';

/** A measure and the least value that meets the benchmark's quality. */
export interface QualityTarget {
  /** `F1` in percent, or `mAP` from 0 to 1. */
  readonly metric: 'F1' | 'mAP';
  readonly target: number;
  /** Quality of the FP32 reference model, and the share of it that is asked for. */
  readonly reference: number;
  readonly share: number;
}

export interface QualityVerdict extends QualityTarget {
  readonly value: number;
  readonly met: boolean;
  /** One sentence for a person. */
  readonly message: string;
}

// MLPerf Inference rules v1.1, "Benchmarks": quality of the reference models in FP32.
const targets: Readonly<Record<string, Omit<QualityTarget, 'target'>>> = {
  'bert-99': { metric: 'F1', reference: 90.874, share: 0.99 },
  'bert-99.9': { metric: 'F1', reference: 90.874, share: 0.999 },
  'ssd-resnet34': { metric: 'mAP', reference: 0.2, share: 0.99 },
};

/** The target of a benchmark; undefined where MLPerf has none (siblings such as `bert-tiny`). */
export function qualityTarget(benchmark: string): QualityTarget | undefined {
  const entry = targets[benchmark];
  return entry && { ...entry, target: entry.reference * entry.share };
}

/** Whether a measured quality (F1 in percent, mAP from 0 to 1) meets the benchmark's target. */
export function qualityVerdict(benchmark: string, value: number): QualityVerdict {
  const target = qualityTarget(benchmark);
  if (target === undefined)
    throw new BaremarkError(
      'UNKNOWN_MODEL',
      `${benchmark} has no MLPerf quality target; use one of ${Object.keys(targets).join(', ')}.`,
    );
  const met = value >= target.target;
  const show = (x: number) => (target.metric === 'F1' ? x.toFixed(3) : x.toFixed(5));
  const share = `${target.share * 100}% of ${target.reference}`;
  return {
    ...target,
    value,
    met,
    message: `${target.metric} ${show(value)} ${met ? 'meets' : 'misses'} the target of ${show(target.target)} (${share}).`,
  };
}

/** `accuracy.txt` of a BERT run; `logSha256` is that of the log, which MLPerf's truncation script adds at the end. */
export function squadAccuracyText(score: SquadScore, logSha256?: string): string {
  return `{"exact_match": ${pythonNumber(score.exactMatch)}, "f1": ${pythonNumber(score.f1)}}\n${hashLine(logSha256)}`;
}

/** `accuracy.txt` of an SSD run: pycocotools' table and MLPerf's line of mAP in percent. */
export function cocoAccuracyText(summary: CocoSummary, logSha256?: string): string {
  const rows: readonly [string, string, string, string, number][] = [
    ['Precision', '0.50:0.95', 'all', '100', summary.ap],
    ['Precision', '0.50', 'all', '100', summary.ap50],
    ['Precision', '0.75', 'all', '100', summary.ap75],
    ['Precision', '0.50:0.95', 'small', '100', summary.apSmall],
    ['Precision', '0.50:0.95', 'medium', '100', summary.apMedium],
    ['Precision', '0.50:0.95', 'large', '100', summary.apLarge],
    ['Recall', '0.50:0.95', 'all', '1', summary.ar1],
    ['Recall', '0.50:0.95', 'all', '10', summary.ar10],
    ['Recall', '0.50:0.95', 'all', '100', summary.ar100],
    ['Recall', '0.50:0.95', 'small', '100', summary.arSmall],
    ['Recall', '0.50:0.95', 'medium', '100', summary.arMedium],
    ['Recall', '0.50:0.95', 'large', '100', summary.arLarge],
  ];
  const lines = rows.map(([measure, iou, area, most, value]) => {
    const title = ` ${`Average ${measure}`.padEnd(18)} (A${measure[0]})`;
    const where = `@[ IoU=${iou.padEnd(9)} | area=${area.padStart(6)} | maxDets=${most.padStart(3)} ]`;
    return `${title} ${where} = ${value.toFixed(3)}`;
  });
  return `${lines.join('\n')}\nmAP=${(100 * summary.ap).toFixed(3)}%\n${hashLine(logSha256)}`;
}

function hashLine(sha256: string | undefined): string {
  return sha256 === undefined ? '' : `hash=${sha256}\n`;
}

/** A number as Python's json writes it: a whole number keeps its `.0`. */
function pythonNumber(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
