/** `squad DATASET.json PREDICTIONS.json`: exact match and F1 as SQuAD's official evaluator prints them. */
import { readSquadPredictions, readSquadQuestions } from '../../src/accuracy/squad/files.js';
import { scoreSquad } from '../../src/accuracy/squad/score.js';
import { badInputAsUsage } from '../helpers/bad-input.js';
import { type Counts, UsageError } from './report.js';

export async function run(args: string[]): Promise<Counts> {
  const [dataset, predictions] = args;
  if (args.length !== 2 || dataset === undefined || predictions === undefined)
    throw new UsageError(
      `squad takes 2 files, not ${args.length}; use npm run conformance -- squad DATASET.json PREDICTIONS.json.`,
    );
  const questions = await readSquadQuestions(dataset).catch(badInputAsUsage);
  const score = scoreSquad(questions, await readSquadPredictions(predictions).catch(badInputAsUsage));
  console.log(`exact_match ${score.exactMatch}`);
  console.log(`f1 ${score.f1}`);
  console.log(`questions ${score.questions}`);
  console.log(`unanswered ${score.unanswered.length}`);
  return { passed: 1, failed: 0 };
}
