/** BERT's basic tokenizer for uncased models, which answer extraction needs to find a token's text in the original. */
import { splitWords } from './python-text.js';

// Tab, newline and carriage return are white space here, not control characters.
const dropped = /[\u0000\ufffd]|(?![\t\n\r])[\p{Cc}\p{Cf}]/gu;
const blank = /[\t\n\r\p{Zs}]/gu;
const marks = /\p{Mn}/gu;
const ideographs =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;
// BERT counts every ASCII sign that is no letter, digit or space as punctuation, `$` and `^` too.
const punctuation = /[!-/:-@[-`{-~\p{P}]/gu;

/** Lower-case words and single punctuation signs, without accents; as Google's BERT splits before word pieces. */
export function basicTokens(text: string): string[] {
  const cleaned = text.replace(dropped, '').replace(blank, ' ').replace(ideographs, ' $& ');
  const words = splitWords(cleaned).map((word) => word.toLowerCase().normalize('NFD').replace(marks, ''));
  return splitWords(words.map((word) => word.replace(punctuation, ' $& ')).join(' '));
}
