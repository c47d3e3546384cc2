/** SQuAD v1.1's JSON file, read and checked. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { BaremarkError } from '../../base/errors.js';
import { parseJson, readDataText, requireJsonShape } from '../../base/json-file.js';
import type { SquadSpec } from '../library-spec.js';

/** A question about a paragraph; each is an example in BERT's terms. */
interface SquadQuestion {
  readonly id: string;
  readonly question: string;
}

export interface SquadParagraph {
  readonly context: string;
  readonly questions: readonly SquadQuestion[];
}

/** The files of a SQuAD data set. */
export interface SquadFiles {
  readonly data: string;
  readonly vocab: string;
}

const fix = 'give the SQuAD v1.1 development set, dev-v1.1.json';

const answer = z.object({ text: z.string(), answer_start: z.int().nonnegative() });
const question = z.object({ id: z.string(), question: z.string(), answers: z.array(answer).min(1) });
const paragraph = z.object({ context: z.string(), qas: z.array(question) });
const schema = z.object({ data: z.array(z.object({ paragraphs: z.array(paragraph) })) });

/** Where the questions and the vocabulary are; throws `BAD_DATASET` if there is no vocabulary. */
export function squadFiles({ dir, file, vocab }: Pick<SquadSpec, 'dir' | 'file' | 'vocab'>): SquadFiles {
  const data = file ?? join(dir ?? '.', 'dev-v1.1.json');
  if (vocab !== undefined) return { data, vocab };
  const home = dirname(data);
  const found = ['vocab.txt', 'tokenizer.json']
    .map((name) => join(home, name))
    .find((path) => existsSync(path));
  if (found === undefined)
    throw new BaremarkError(
      'BAD_DATASET',
      `${home} has neither vocab.txt nor tokenizer.json; put BERT's uncased vocab.txt beside ${data}.`,
    );
  return { data, vocab: found };
}

/** All paragraphs in the file's order; throws `BAD_DATASET` that names the file and the place in it. */
export async function readSquad(path: string): Promise<readonly SquadParagraph[]> {
  const text = await readDataText(path, fix);
  const document = parseJson(text, path, fix);
  const version = (document as { version?: unknown } | null)?.version;
  if (typeof version === 'string' && /^v?2/.test(version))
    throw new BaremarkError('BAD_DATASET', `${path} is SQuAD version ${version}, not 1.1; ${fix}.`);
  const { data } = requireJsonShape(document, schema, path, fix);
  const paragraphs = data.flatMap((article) =>
    article.paragraphs.map(({ context, qas }) => ({ context, questions: qas })),
  );
  if (!paragraphs.some(({ questions }) => questions.length > 0))
    throw new BaremarkError('BAD_DATASET', `${path} has no questions; ${fix}.`);
  return paragraphs;
}
