/** `coco GROUND_TRUTH.json DETECTIONS.json`: the twelve numbers of COCO's bounding-box evaluation. */
import { evaluateCoco } from '../../src/accuracy/coco/evaluate.js';
import { readCocoDetections, readCocoTruth } from '../../src/accuracy/coco/files.js';
import { badInputAsUsage } from '../helpers/bad-input.js';
import { type Counts, UsageError } from './report.js';

export async function run(args: string[]): Promise<Counts> {
  const [groundTruth, detections] = args;
  if (args.length !== 2 || groundTruth === undefined || detections === undefined)
    throw new UsageError(
      `coco takes 2 files, not ${args.length}; use npm run conformance -- coco GROUND_TRUTH.json DETECTIONS.json.`,
    );
  const truth = await readCocoTruth(groundTruth).catch(badInputAsUsage);
  const set = await readCocoDetections(detections, truth).catch(badInputAsUsage);
  for (const [name, value] of Object.entries(evaluateCoco(set))) console.log(`${name} ${value}`);
  return { passed: 1, failed: 0 };
}
