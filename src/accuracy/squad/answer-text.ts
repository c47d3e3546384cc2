/** Turns word pieces back into the text of the original, so that case, accents and spacing are the author's. */
import { basicTokens } from './basic-tokenizer.js';
import { splitWords } from './python-text.js';

/** Word pieces as text: `##` joined to the piece before. */
export function piecesText(pieces: readonly string[]): string {
  return splitWords(pieces.join(' ').replaceAll(' ##', '').replaceAll('##', '')).join(' ');
}

/** Places (in code points) of the characters that are not spaces. */
function solidPlaces(characters: readonly string[]): number[] {
  return characters.flatMap((character, place) => (character === ' ' ? [] : [place]));
}

/**
 * The part of `original` that `predicted` (lower case, split at punctuation) stands for; all of `original`
 * where the two cannot be aligned character by character. Rule: `get_final_text` of Google's `run_squad.py`.
 */
export function alignedText(predicted: string, original: string): string {
  const tokenized = basicTokens(original).join(' ');
  const found = tokenized.indexOf(predicted);
  if (found < 0) return original;
  const originalCharacters = Array.from(original);
  const originalPlaces = solidPlaces(originalCharacters);
  const tokenPlaces = solidPlaces(Array.from(tokenized));
  if (originalPlaces.length !== tokenPlaces.length) return original;
  const start = Array.from(tokenized.slice(0, found)).length;
  const end = start + Array.from(predicted).length - 1;
  const from = originalPlaces[tokenPlaces.indexOf(start)];
  const to = originalPlaces[tokenPlaces.indexOf(end)];
  return from === undefined || to === undefined ? original : originalCharacters.slice(from, to + 1).join('');
}
