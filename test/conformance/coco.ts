/** `coco GROUND_TRUTH.json DETECTIONS.json`: the twelve numbers of COCO's bounding-box evaluation. */
import { evaluateCoco } from '../../src/accuracy/coco-evaluate.js';
import { readCocoDetections, readCocoTruth } from '../../src/accuracy/coco-files.js';
import { BaremarkError } from '../../src/base/errors.js';

export async function run(args: string[]): Promise<{ passed: number; failed: number }> {
  const [groundTruth, detections] = args;
  if (args.length !== 2 || groundTruth === undefined || detections === undefined)
    throw new BaremarkError(
      'BAD_OPTION',
      `coco takes 2 files, not ${args.length}; use npm run conformance -- coco GROUND_TRUTH.json DETECTIONS.json.`,
    );
  const truth = await readCocoTruth(groundTruth);
  const summary = evaluateCoco(await readCocoDetections(detections, truth));
  for (const [name, value] of Object.entries(summary)) console.log(`${name} ${value}`);
  return { passed: 1, failed: 0 };
}
