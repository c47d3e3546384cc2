/** `squad DATASET.json PREDICTIONS.json`: exact match and F1 as SQuAD's official evaluator prints them. */
import { readSquadPredictions, readSquadQuestions } from '../../src/accuracy/squad-files.js';
import { scoreSquad } from '../../src/accuracy/squad-score.js';
import { BaremarkError } from '../../src/base/errors.js';

export async function run(args: string[]): Promise<{ passed: number; failed: number }> {
  const [dataset, predictions] = args;
  if (args.length !== 2 || dataset === undefined || predictions === undefined)
    throw new BaremarkError(
      'BAD_OPTION',
      `squad takes 2 files, not ${args.length}; use npm run conformance -- squad DATASET.json PREDICTIONS.json.`,
    );
  const questions = await readSquadQuestions(dataset);
  const score = scoreSquad(questions, await readSquadPredictions(predictions));
  console.log(`exact_match ${score.exactMatch}`);
  console.log(`f1 ${score.f1}`);
  console.log(`questions ${score.questions}`);
  console.log(`unanswered ${score.unanswered.length}`);
  return { passed: 1, failed: 0 };
}
