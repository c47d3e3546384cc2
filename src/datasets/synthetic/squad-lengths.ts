/**
 * How long SQuAD's texts are in BERT tokens, counted over the 10,833 features (maximum sequence 384, document stride 128,
 * maximum query 64, BERT uncased vocabulary) of the SQuAD v1.1 development set, made by Hugging Face's `BertTokenizer`.
 */

/** A histogram: `counts[i]` features have the value `from + i`. */
export interface Histogram {
  readonly from: number;
  readonly counts: readonly number[];
}

/** Features by their length in tokens, with [CLS] and both [SEP], without padding. */
// biome-ignore format: a table
export const featureLengths: Histogram = { from: 41, counts: [
  3, 4, 3, 8, 13, 7, 7, 7, 3, 12, 9, 14, 7, 8, 15, 9, 11, 11, 8, 8, 14, 7, 6, 8, 9, 15, 7, 7, 11, 13, 14,
  11, 12, 21, 16, 9, 7, 14, 13, 14, 20, 15, 24, 17, 17, 19, 21, 22, 22, 23, 24, 34, 12, 24, 27, 17, 17,
  12, 11, 19, 21, 18, 36, 31, 20, 39, 37, 34, 35, 42, 39, 44, 53, 54, 36, 47, 55, 60, 75, 66, 80, 82, 62,
  78, 78, 84, 83, 78, 92, 105, 109, 108, 111, 96, 95, 85, 87, 90, 85, 92, 102, 78, 115, 73, 100, 87, 107,
  94, 91, 89, 85, 97, 75, 82, 96, 69, 86, 82, 73, 58, 61, 69, 68, 71, 69, 89, 77, 89, 81, 58, 73, 65, 69,
  66, 56, 64, 67, 70, 90, 76, 67, 59, 67, 63, 55, 52, 61, 47, 62, 49, 53, 51, 64, 44, 57, 58, 45, 57, 55,
  57, 48, 46, 45, 48, 42, 41, 48, 43, 44, 44, 36, 51, 43, 38, 46, 39, 38, 56, 49, 32, 34, 36, 37, 34, 27,
  21, 19, 28, 22, 27, 24, 25, 20, 35, 25, 27, 26, 25, 23, 15, 21, 15, 17, 15, 11, 14, 20, 19, 20, 28, 19,
  19, 19, 21, 9, 19, 25, 20, 26, 31, 18, 26, 21, 22, 27, 23, 18, 18, 18, 19, 22, 20, 19, 15, 16, 11, 7,
  12, 14, 9, 7, 18, 19, 9, 15, 13, 11, 14, 17, 21, 12, 19, 12, 11, 10, 11, 11, 13, 17, 12, 16, 14, 11, 9,
  8, 8, 8, 8, 6, 5, 5, 6, 9, 7, 7, 9, 8, 4, 10, 8, 7, 7, 3, 6, 10, 5, 8, 7, 6, 8, 13, 5, 5, 2, 3, 8, 2,
  8, 5, 1, 4, 2, 3, 3, 4, 5, 3, 4, 4, 6, 4, 4, 3, 2, 0, 1, 4, 5, 2, 7, 6, 6, 4, 4, 5, 1, 5, 5, 2, 2, 4,
  4, 3, 3, 5, 4, 3, 4, 4, 6, 3, 2, 3, 264,
]};

/** Features by the length of their question in tokens. */
// biome-ignore format: a table
export const questionLengths: Histogram = { from: 4, counts: [
  12, 80, 220, 457, 739, 974, 1158, 1222, 1145, 998, 842, 701, 561, 429, 343, 244, 186, 141, 80, 77, 64,
  44, 33, 26, 16, 8, 9, 6, 4, 3, 7, 0, 0, 3, 1,
]};
