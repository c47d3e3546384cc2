/** What an accuracy run, or a scored log, found: the quality and the fidelity in sentences. */
import type { RunDocument } from '../../results/types.js';

type Accuracy = NonNullable<RunDocument['accuracy']>;

/** The verdict on a scored log. */
export function accuracySentence(benchmark: string, { metric, value, target, met }: Accuracy): string {
  const shown = (x: number) => (metric === 'F1' ? x.toFixed(3) : x.toFixed(5));
  if (target === undefined) return `${benchmark}: ${metric} ${shown(value)}; MLPerf has no target for it.`;
  if (!met && value >= target)
    return `${benchmark}: ${metric} ${shown(value)} reaches the target of ${shown(target)}, but does not meet it, because its log has faults.`;
  const verdict = met ? 'meets' : 'misses';
  return `${benchmark}: ${metric} ${shown(value)} ${verdict} the target of ${shown(target)}.`;
}

/** One line for each thing that a finished accuracy run found; none for other runs. */
export function accuracyLines(document: RunDocument): readonly string[] {
  const { benchmark, scenario, mode, accuracy, fidelity } = document;
  if (mode !== 'AccuracyOnly') return [];
  const name = `${benchmark} ${scenario}`;
  const lines: string[] = [];
  if (accuracy) {
    const { metric, value, target, met } = accuracy;
    const verdict =
      target === undefined ? '' : `, ${met ? 'meets' : 'misses'} the target of ${target.toFixed(5)}`;
    lines.push(`${name}: ${metric} ${value.toFixed(5)}${verdict}`);
  }
  if (fidelity) {
    const gates = `99% ${fidelity.meets99 ? 'met' : 'missed'}, 99.9% ${fidelity.meets999 ? 'met' : 'missed'}`;
    lines.push(`${name} against ${fidelity.reference}: ${fidelity.message} ${gates}.`, ...fidelity.problems);
  }
  return lines;
}
