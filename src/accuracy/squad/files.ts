/** Reads SQuAD v1.1 data sets and prediction files in the forms of the official evaluator. */
import { z } from 'zod';
import { BaremarkError } from '../../base/errors.js';
import { readJsonFile } from '../../base/json-file.js';
import type { SquadQuestion } from './score.js';

const datasetSchema = z.object({
  data: z.array(
    z.object({
      paragraphs: z.array(
        z.object({
          qas: z.array(z.object({ id: z.string(), answers: z.array(z.object({ text: z.string() })).min(1) })),
        }),
      ),
    }),
  ),
});

const predictionsSchema = z.record(z.string(), z.string());

/** The questions of a SQuAD v1.1 file, in its order; throws BAD_DATASET where it is not one. */
export async function readSquadQuestions(path: string): Promise<SquadQuestion[]> {
  const fix = 'give the SQuAD v1.1 development set, dev-v1.1.json';
  const { data } = await readJsonFile(path, datasetSchema, fix);
  const questions = data.flatMap((article) =>
    article.paragraphs.flatMap((paragraph) =>
      paragraph.qas.map((qa) => ({ id: qa.id, answers: qa.answers.map((answer) => answer.text) })),
    ),
  );
  if (questions.length === 0) throw new BaremarkError('BAD_DATASET', `${path} has no questions; ${fix}.`);
  return questions;
}

/** Predictions by question id; throws BAD_DATASET where the file is not an object of strings. */
export async function readSquadPredictions(path: string): Promise<Map<string, string>> {
  const fix = 'give a JSON object of question id to answer text';
  return new Map(Object.entries(await readJsonFile(path, predictionsSchema, fix)));
}
