/** BERT's uncased WordPiece tokenizer, from vocab.txt or tokenizer.json. */
import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import { BaremarkError, hasErrno, messageOf } from '../../base/errors.js';
import { parseJson } from '../../base/json-file.js';

export interface WordPiece {
  /** Token of each id. */
  readonly vocab: readonly string[];
  readonly cls: number;
  readonly sep: number;
  /** Ids of a text's tokens, without special tokens; each word is tokenized once and remembered. */
  encode(text: string): Int32Array;
}

const fix = "give BERT's uncased vocab.txt, one token per line, or its tokenizer.json";

/** Throws `BAD_DATASET` if the file is missing or is not a WordPiece vocabulary. */
export async function readWordPiece(path: string): Promise<WordPiece> {
  const text = await readText(path);
  const document = path.endsWith('.json') ? tokenizerJson(parseJson(text, path, fix)) : vocabText(text);
  if (!document) throw bad(path, 'is not a WordPiece tokenizer');
  const ids = document.model.vocab;
  const [cls, sep] = ['[CLS]', '[SEP]', '[UNK]'].map((token) => {
    const id = ids[token];
    if (id === undefined) throw bad(path, `has no ${token}`);
    return id;
  });
  const tokenizer = openTokenizer(document, path);
  const vocab: string[] = [];
  for (const [token, id] of Object.entries(ids)) vocab[id] = token;
  const known = new Map<string, Int32Array>();
  function encodeWord(word: string): Int32Array {
    let encoded = known.get(word);
    if (!encoded) {
      encoded = Int32Array.from(tokenizer.encode(levelled(word), { add_special_tokens: false }).ids);
      known.set(word, encoded);
    }
    return encoded;
  }
  return { vocab, cls: cls!, sep: sep!, encode: (text) => joined(text.split(blank).map(encodeWord)) };
}

// BERT splits words at white space before anything else, so a text's tokens are its words' tokens.
const blank = /[ \t\n\r\p{Zs}]+/u;

/**
 * Makes up for two differences between `@huggingface/tokenizers` and `BertTokenizer`: a capital sigma becomes σ at a
 * word's end too, and ideographs beyond the basic plane stand alone.
 */
function levelled(word: string): string {
  return word.replaceAll('Σ', 'σ').replace(/[\u{20000}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu, ' $& ');
}

function joined(pieces: readonly Int32Array[]): Int32Array {
  if (pieces.length === 1) return pieces[0]!;
  const all = new Int32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function openTokenizer(document: TokenizerDocument, path: string): Tokenizer {
  try {
    return new Tokenizer(document, {});
  } catch (error) {
    throw bad(path, `is not a complete tokenizer (${messageOf(error)})`);
  }
}

interface TokenizerDocument {
  readonly [part: string]: unknown;
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
}

function vocabText(text: string): TokenizerDocument {
  const tokens = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const model = {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
  };
  const normalizer = {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  };
  return {
    version: '1.0',
    added_tokens: [],
    normalizer,
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: null,
    model,
  };
}

function tokenizerJson(document: unknown): TokenizerDocument | undefined {
  const model = (document as { model?: { type?: unknown; vocab?: unknown } } | null)?.model;
  const isWordPiece = model?.type === 'WordPiece' && typeof model.vocab === 'object' && model.vocab !== null;
  return isWordPiece ? (document as TokenizerDocument) : undefined;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw bad(path, hasErrno(error, 'ENOENT') ? 'does not exist' : `cannot be read (${messageOf(error)})`);
  }
}

function bad(path: string, problem: string): BaremarkError {
  return new BaremarkError('BAD_DATASET', `The vocabulary ${path} ${problem}; ${fix}.`);
}
