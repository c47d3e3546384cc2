/** How much published bare-metal results of the same accelerator differ: a yardstick for a ratio without an interval. */
import type { Scenario } from '../../loadgen/settings/settings.js';
import type { PublishedRange, PublishedRate, SystemRuns } from '../types.js';
import { rangeSentence } from '../words.js';

/**
 * The range of published results for a baseline that does `samplesPerSecond` in total. The results are those of the
 * baseline's own round if the table has it and others of that round, otherwise those of all rounds. Undefined where
 * the system's accelerators are not known, or the table has fewer than two results for them.
 */
export function publishedRange(
  published: readonly PublishedRate[],
  baseline: SystemRuns,
  benchmark: string,
  scenario: Scenario,
  samplesPerSecond: number,
): PublishedRange | undefined {
  const accelerators = acceleratorsOf(baseline);
  if (!accelerators) return undefined;
  const { model, count } = accelerators;
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
  return { ...range, sentence: rangeSentence(range) };
}

/** From MLPerf's description, else from the fingerprint of the first run that has one; undefined where neither says. */
function acceleratorsOf(system: SystemRuns): { model: string; count: number } | undefined {
  const { description } = system;
  if (description) {
    const {
      accelerator_model_name: model,
      accelerators_per_node: perNode,
      number_of_nodes: nodes,
    } = description;
    const count = Number(perNode) * Number(nodes || 1);
    return model && count > 0 ? { model: String(model), count } : undefined;
  }
  const gpus = system.runs.find((run) => run.document?.fingerprint)?.document?.fingerprint?.gpu.gpus;
  if (!gpus || !('value' in gpus)) return undefined;
  const model = gpus.value[0]?.model;
  return model && 'value' in model ? { model: model.value, count: gpus.value.length } : undefined;
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
