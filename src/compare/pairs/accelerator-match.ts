/** How far published bare-metal results of the same accelerator lie apart, to read a ratio without an interval by. */
import type { Measured } from '../../base/measured.js';
import type { ScenarioName } from '../../results/types.js';
import type { PublishedRange, PublishedRate, SystemRuns } from '../types.js';

/**
 * The range of published results beside a baseline of `samplesPerSecond` in total: those of the baseline's own round
 * where it is in the table with others of that round, else of all rounds. Undefined where the accelerators of the
 * system are not known, or the table has fewer than two results of them.
 */
export function publishedRange(
  published: readonly PublishedRate[],
  baseline: SystemRuns,
  benchmark: string,
  scenario: ScenarioName,
  samplesPerSecond: number,
): PublishedRange | undefined {
  const { model, count } = acceleratorsOf(baseline);
  if (!model || !(count > 0)) return undefined;
  const all = published.filter(
    (row) =>
      keyOf(row.accelerator) === keyOf(model) && row.benchmark === benchmark && row.scenario === scenario,
  );
  const round = all.find((row) => row.system === baseline.name)?.round;
  const ofRound = all.filter((row) => row.round === round);
  const found = ofRound.length > 1 ? ofRound : all;
  if (found.length < 2) return undefined;
  const rates = found.map((row) => row.samplesPerSecondPerAccelerator);
  const range = {
    accelerator: found[0]!.accelerator,
    results: found.length,
    round: found === ofRound ? round : undefined,
    lowest: Math.min(...rates),
    highest: Math.max(...rates),
    baseline: samplesPerSecond / count,
  };
  return { ...range, sentence: sentenceOf(range) };
}

function sentenceOf(range: Omit<PublishedRange, 'sentence'>): string {
  const { accelerator, results, round, lowest, highest, baseline } = range;
  const apart = ((highest / lowest - 1) * 100).toFixed(1);
  const where = round === undefined ? 'over all rounds' : `in round ${round}`;
  return (
    `Published bare-metal results of ${accelerator} ${where} lie up to ${apart}% apart (${results} results, ` +
    `${lowest.toFixed(1)} to ${highest.toFixed(1)} samples/s per accelerator; this baseline has ${baseline.toFixed(1)}).`
  );
}

/** From MLPerf's description, else from the fingerprint of the first run that has one. */
function acceleratorsOf(system: SystemRuns): { model?: string; count: number } {
  const { description } = system;
  if (description) {
    const count = Number(description.accelerators_per_node) * Number(description.number_of_nodes || 1);
    return { model: String(description.accelerator_model_name ?? ''), count };
  }
  const print = system.runs.find((run) => run.document?.fingerprint)?.document?.fingerprint as
    | { gpu?: { gpus?: Measured<readonly { model?: Measured<string> }[]> } }
    | undefined;
  const gpus = print?.gpu?.gpus;
  if (!gpus || !('value' in gpus)) return { count: 0 };
  const model = gpus.value[0]?.model;
  return { model: model && 'value' in model ? model.value : undefined, count: gpus.value.length };
}

/** `NVIDIA A100-PCIE-40GB` and the table's `A100-PCIe-40` are one accelerator. */
function keyOf(name: string): string {
  return name
    .toUpperCase()
    .replace(/\b(NVIDIA|TESLA|GRID|GRAPHICS|GPU)\b/g, '')
    .replace(/(\d)\s*GB\b/g, '$1')
    .replace(/[^A-Z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
