/** SQuAD v1.1 as a sample library: sample i is feature i. */
import { createHash } from 'node:crypto';
import { BaremarkError } from '../../base/errors.js';
import { sha256File } from '../../base/files.js';
import { loadText } from '../columns/text.js';
import type { SquadSpec } from '../library-spec.js';
import type { SampleLibrary } from '../sample-library.js';
import { rulesOf, squadFeatures } from './features.js';
import { squadFiles } from './file.js';

/** Throws `BAD_DATASET` that names the missing or broken file and the place of the fault. */
export async function openSquad(spec: SquadSpec): Promise<SampleLibrary> {
  const rules = rulesOf(spec);
  // With less, the longest question would leave no room for a context.
  if (rules.maxSequence < rules.maxQuery + 4)
    throw new BaremarkError(
      'BAD_DATASET',
      `A maximum sequence of ${rules.maxSequence} tokens leaves no room beside questions of ${rules.maxQuery}; use at least ${rules.maxQuery + 4}.`,
    );
  const files = squadFiles(spec);
  const features = await squadFeatures(spec);
  const hash = createHash('sha256')
    .update(JSON.stringify(['squad/1', rules.maxSequence, rules.docStride, rules.maxQuery]))
    .update(await sha256File(files.data))
    .update(await sha256File(files.vocab))
    .digest('hex');
  const count = features.length;
  return {
    name: 'squad-v1.1',
    totalSampleCount: count,
    performanceSampleCount: Math.min(spec.performanceSampleCount ?? count, count),
    hash,
    response: 'squad-logits',
    sampleName: (index) => features[index]!.qasId,
    sampleLength: (index) => features[index]!.inputIds.length,
    load: async (indices, onProgress) => loadText(indices, (index) => features[index]!, onProgress),
    unload: () => {},
  };
}
