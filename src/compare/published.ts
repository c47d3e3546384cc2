/** How far published bare-metal results of the same accelerator lie apart, to read a ratio without an interval by. */
import type { ScenarioName, SystemDescription } from '../results/types.js';
import type { PublishedResult, PublishedSpread } from './types.js';

/**
 * The spread of published results beside a baseline of `samplesPerSecond` in total; undefined where the system's
 * description does not name an accelerator and how many there are, or the table does not know it.
 */
export function publishedSpread(
  published: readonly PublishedResult[],
  description: SystemDescription | undefined,
  benchmark: string,
  scenario: ScenarioName,
  samplesPerSecond: number,
): PublishedSpread | undefined {
  const accelerators = Number(description?.accelerators_per_node) * Number(description?.number_of_nodes || 1);
  const wanted = acceleratorKey(String(description?.accelerator_model_name ?? ''));
  if (!(accelerators > 0) || !wanted) return undefined;
  const same = published.filter(
    (row) =>
      acceleratorKey(row.accelerator) === wanted && row.benchmark === benchmark && row.scenario === scenario,
  );
  const best = same.toSorted(
    (a, b) => b.samplesPerSecondPerAccelerator - a.samplesPerSecondPerAccelerator,
  )[0];
  if (!best) return undefined;
  const baseline = samplesPerSecond / accelerators;
  const figures = [...same.map((row) => row.samplesPerSecondPerAccelerator), baseline];
  const spread = {
    accelerator: best.accelerator,
    results: same.length,
    lowest: Math.min(...figures),
    highest: Math.max(...figures),
    baseline,
  };
  return { ...spread, sentence: sentenceOf(spread, best) };
}

function sentenceOf(spread: Omit<PublishedSpread, 'sentence'>, best: PublishedResult): string {
  const apart = ((spread.highest / spread.lowest - 1) * 100).toFixed(1);
  return (
    `Bare-metal results of one ${spread.accelerator} differ by ${apart}% between machines: this baseline has ` +
    `${spread.baseline.toFixed(1)} samples/s per accelerator, the best published ` +
    `${best.samplesPerSecondPerAccelerator.toFixed(1)} (${best.submitter}, round ${best.round}).`
  );
}

/** `NVIDIA A100-PCIE-40GB` and `A100-PCIe-40` are one accelerator. */
function acceleratorKey(name: string): string {
  return name
    .toUpperCase()
    .replace(/\b(NVIDIA|TESLA|GRID|GRAPHICS|GPU)\b/g, '')
    .replace(/(\d)\s*GB\b/g, '$1')
    .replace(/[^A-Z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
