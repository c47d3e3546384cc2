/** Questions and contexts of random words with SQuAD's lengths, for measuring speed without SQuAD. */
import { createHash } from 'node:crypto';
import { BaremarkError } from '../../base/errors.js';
import { loadText, type TextSample } from '../columns/text.js';
import type { SyntheticTextSpec } from '../library-spec.js';
import type { SampleLibrary } from '../sample-library.js';
import { drawer, randomInteger, randomStream } from './random.js';
import { featureLengths, questionLengths } from './squad-lengths.js';

/** Ids in BERT's uncased vocabulary; words start after its unused entries and special tokens. */
const bert = { cls: 101, sep: 102, firstWord: 999 } as const;
const drawLength = drawer(featureLengths);
const drawQuestion = drawer(questionLengths);
const smallestVocab = 200;
const shortestSequence = 8;

/**
 * [CLS] question [SEP] context [SEP], with lengths drawn from SQuAD's histogram and cut at `maxSequence`.
 * Sample i depends only on the seed and i.
 */
export function openSyntheticText(spec: SyntheticTextSpec): SampleLibrary {
  const { seed, maxSequence, vocabSize } = spec;
  const count = spec.count ?? 10_833;
  if (vocabSize < smallestVocab)
    throw new BaremarkError(
      'BAD_DATASET',
      `A vocabulary of ${vocabSize} entries is too small for synthetic text; use a model with at least ${smallestVocab}.`,
    );
  if (maxSequence < shortestSequence)
    throw new BaremarkError(
      'BAD_DATASET',
      `A maximum sequence of ${maxSequence} tokens is too short for a question and its context; use at least ${shortestSequence}.`,
    );
  const lengths = Uint16Array.from({ length: count }, (_, index) =>
    Math.min(drawLength(randomStream(seed, 2 * index)), maxSequence),
  );
  const firstWord = vocabSize > 2 * bert.firstWord ? bert.firstWord : bert.sep + 1;

  function sample(index: number): TextSample {
    const random = randomStream(seed, 2 * index + 1);
    const length = lengths[index]!;
    const question = Math.min(drawQuestion(random), Math.floor((length - 3) / 2));
    const inputIds = new Int32Array(length);
    for (let i = 1; i < length; i += 1) inputIds[i] = randomInteger(random, firstWord, vocabSize);
    inputIds[0] = bert.cls;
    inputIds[question + 1] = bert.sep;
    inputIds[length - 1] = bert.sep;
    return { inputIds, firstSegment: question + 2 };
  }

  return {
    name: 'synthetic-text',
    totalSampleCount: count,
    performanceSampleCount: Math.min(spec.performanceSampleCount ?? count, count),
    hash: createHash('sha256')
      .update(JSON.stringify(['synthetic-text/1', seed, count, maxSequence, vocabSize]))
      .digest('hex'),
    response: 'squad-logits',
    sampleName: (index) => `text-${index}`,
    sampleLength: (index) => lengths[index]!,
    load: async (indices, onProgress) => loadText(indices, sample, onProgress),
    unload: () => {},
  };
}
