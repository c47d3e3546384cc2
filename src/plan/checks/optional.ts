/** Runs that need what is only there after a pull: trained weights, and images whose objects are known. */
import { join } from 'node:path';
import { findTrained, trainedAbsence } from '../../assets/trained.js';
import type { BackendProfile } from '../../backends/profile.js';
import { BaremarkError } from '../../base/errors.js';
import { cacheDir } from '../../base/files.js';
import type { Candidate } from '../candidates.js';
import type { Place } from '../check.js';
import { hasData } from '../dataset.js';
import type { ModelSpec } from '../types.js';

/** Why the trained weights of a model cannot be used, as the end of a sentence; undefined where it needs none. */
function absenceOf({ name, weights }: ModelSpec): string | undefined {
  const trained = weights.kind === 'trained' ? findTrained(name) : undefined;
  return trained && trainedAbsence(trained);
}

/** Throws `BAD_MODEL_FILE` where the backend needs weights that were trained and are not there. */
export function requireTrained(model: ModelSpec, backend: Pick<BackendProfile, 'model'>, place: Place): void {
  const absent = backend.model === 'onnx' ? absenceOf(model) : undefined;
  if (absent !== undefined)
    throw new BaremarkError('BAD_MODEL_FILE', `${place('model')} is ${model.name}, but ${absent}.`);
}

/**
 * The candidates without those optional ones that cannot run, each with a sentence: without trained weights there is no
 * run, and without real data no accuracy. Where no folder is given, data that was pulled serve optional runs.
 * @param named whether the user named the models, who then wants them all
 */
export function withoutAbsent(
  candidates: readonly Candidate[],
  named: boolean,
): { readonly there: readonly Candidate[]; readonly notes: readonly string[] } {
  const notes = new Set<string>();
  const there = candidates.flatMap((candidate): Candidate[] => {
    const { source, benchmark, mode } = candidate;
    const { model } = benchmark;
    if (!source.optional) return [candidate];
    const absent = absenceOf(model);
    if (absent !== undefined && !named) {
      notes.add(`${benchmark.name} is left out: ${absent}.`);
      return [];
    }
    const dirs = source.values.dataset ?? [join(cacheDir(), 'datasets')];
    if (hasData(model, dirs))
      return [{ ...candidate, source: { ...source, values: { ...source.values, dataset: dirs } } }];
    if (mode === 'PerformanceOnly' || source.flags.mode !== undefined) return [candidate];
    notes.add(
      `the accuracy of ${benchmark.name} is left out: there are no images to score; give COCO val2017 with --dataset, or fetch it with baremark datasets pull coco.`,
    );
    return [];
  });
  return { there, notes: [...notes] };
}
