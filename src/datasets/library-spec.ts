/** What a data set is opened from: one plain description per kind. */

/** How an image is given to the model; RGB always. */
export type ImageLayout =
  /** float32 [3, size, size], normalized. */
  | 'float-nchw'
  /** The same in half precision. */
  | 'float16-nchw'
  /** uint8 [size, size, 3], as decoded. */
  | 'uint8-nhwc';

/** What float images hold: by ImageNet's mean and standard deviation, or `signed`, from -1 to 1. */
export type Normalization = 'imagenet' | 'signed';

/** SQuAD v1.1: `dir` holds dev-v1.1.json, or `file` names it; vocab.txt or tokenizer.json is beside it unless `vocab` is given. */
export interface SquadSpec {
  readonly kind: 'squad';
  readonly dir?: string;
  readonly file?: string;
  readonly vocab?: string;
  /** Most tokens of a feature; default 384. */
  readonly maxSequence?: number;
  /** Tokens from one span of a long context to the next; default 128. */
  readonly docStride?: number;
  /** Most tokens of a question; default 64. */
  readonly maxQuery?: number;
  readonly performanceSampleCount?: number;
}

/** COCO val2017: `dir` holds instances_val2017.json with images/, or annotations/ and val2017/ as published. */
export interface CocoSpec {
  readonly kind: 'coco';
  readonly dir: string;
  /** Pixels a side; default 1200. */
  readonly inputSize?: number;
  readonly layout: ImageLayout;
  /** Of float layouts; default `imagenet`. */
  readonly normalization?: Normalization;
  /** Default 64. */
  readonly performanceSampleCount?: number;
}

export interface SyntheticTextSpec {
  readonly kind: 'synthetic-text';
  readonly seed: number;
  /** Default 10,833, as SQuAD. */
  readonly count?: number;
  readonly performanceSampleCount?: number;
  readonly maxSequence: number;
  readonly vocabSize: number;
}

export interface SyntheticImagesSpec {
  readonly kind: 'synthetic-images';
  readonly seed: number;
  /** Default 5,000, as COCO val2017. */
  readonly count?: number;
  /** Default 64. */
  readonly performanceSampleCount?: number;
  readonly inputSize: number;
  readonly layout: ImageLayout;
  /** Of float layouts; default `imagenet`. */
  readonly normalization?: Normalization;
}

/** Only counts, for backends that take no inputs. */
export interface NoDataSpec {
  readonly kind: 'none';
  readonly totalSampleCount: number;
  readonly performanceSampleCount: number;
}

export type LibrarySpec = SquadSpec | CocoSpec | SyntheticTextSpec | SyntheticImagesSpec | NoDataSpec;
