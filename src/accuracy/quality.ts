/** A benchmark's quality target, the verdict against it, and `accuracy.txt` as MLPerf's scripts write it. */
import type { CocoSummary } from './coco/evaluate.js';
import type { SquadScore } from './squad/score.js';

/** The least value of a metric that a benchmark asks for; the catalogue of models (`models/*.yaml`) holds them. */
export interface QualityTarget {
  /** `F1` in percent, or `mAP` from 0 to 1. */
  readonly metric: 'F1' | 'mAP';
  /** Quality of the reference model in FP32, and the share of it that is asked for. */
  readonly reference: number;
  readonly share: number;
  /** `share` of `reference`. */
  readonly target: number;
}

/** Targets by the benchmark's name; siblings such as `bert-tiny` have none. */
export type QualityTargets = ReadonlyMap<string, QualityTarget>;

/** A measured quality, and whether it meets the benchmark's target, where there is one in this metric. */
export interface Quality {
  readonly metric: string;
  readonly value: number;
  readonly target?: number;
  readonly met?: boolean;
}

export function qualityTarget(
  metric: QualityTarget['metric'],
  reference: number,
  share: number,
): QualityTarget {
  return { metric, reference, share, target: reference * share };
}

/** The verdict on a measured value; without a target in its metric the value alone. */
export function againstTarget(metric: string, value: number, quality: QualityTarget | undefined): Quality {
  if (quality?.metric !== metric) return { metric, value };
  return { metric, value, target: quality.target, met: value >= quality.target };
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
