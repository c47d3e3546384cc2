/** Python's notion of white space, which the reference evaluators and tokenizers rely on and JavaScript's differs from. */

// str.isspace(): unlike \s it holds U+001C..U+001F and U+0085, and not U+FEFF.
const pythonSpace = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const spaceRun = new RegExp(`[${pythonSpace}]+`, 'u');

/** Python's `text.split()`: the words between runs of white space, none of them empty. */
export function splitWords(text: string): string[] {
  return text.split(spaceRun).filter((word) => word !== '');
}
