/** Changes a file as accidents and people do: bytes, lines, numbers and words; the same for the same seed. */

/** A whole number from 0 up to, but not including, `below`. */
export type Random = (below: number) => number;

/** xorshift32. */
export function randomFrom(seed: number): Random {
  // Never 0, which it would stay at; spread, so that seeds that follow each other give unlike numbers.
  let state = (Math.imul(seed, 2654435761) ^ 0x9e3779b9) | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** What stands where something else is expected. */
const oddities = [
  ...[
    '',
    '0',
    '-1',
    '1e999',
    '1e-300',
    '9007199254740993',
    '18446744073709551616',
    'NaN',
    'null',
    'true',
    '[]',
    '{}',
  ],
  ...[
    '""',
    '"\\u0000"',
    '\u001b[31m',
    '\u202e',
    '../..',
    '/dev/null',
    '*',
    '&a',
    '*a',
    '!!binary x',
    '\t',
    '\r',
    '#',
    ': ',
  ],
];

type Change = (text: string, next: Random) => string;

const replaced = (text: string, at: number, length: number, by: string) =>
  text.slice(0, at) + by + text.slice(at + length);

/** The places that match, or the start where none does. */
function placeOf(text: string, pattern: RegExp, next: Random): { at: number; length: number } {
  const found = [...text.matchAll(pattern)];
  const match = found[next(Math.max(1, found.length))];
  return { at: match?.index ?? 0, length: match?.[0].length ?? 0 };
}

/** Swaps, drops or doubles lines. */
function byLines(edit: (lines: string[], a: number, b: number) => void): Change {
  return (text, next) => {
    const lines = text.split('\n');
    edit(lines, next(lines.length), next(lines.length));
    return lines.join('\n');
  };
}

const changes: readonly Change[] = [
  (text, next) => replaced(text, next(text.length + 1), 1, String.fromCharCode(next(256))),
  (text, next) => replaced(text, next(text.length + 1), 1 + next(20), ''),
  (text, next) => text.slice(0, next(text.length + 1)),
  (text, next) => {
    const at = next(text.length + 1);
    return replaced(text, at, 0, text.slice(at, at + next(200)));
  },
  (text, next) => replaced(text, next(text.length + 1), 0, oddities[next(oddities.length)]!),
  // A digit, a number, a word, a quoted text.
  (text, next) => replaced(text, placeOf(text, /\d/g, next).at, 1, String(next(10))),
  (text, next) => {
    const { at, length } = placeOf(text, /\d+(\.\d+)?/g, next);
    return replaced(text, at, length, oddities[next(oddities.length)]!);
  },
  (text, next) => {
    const { at, length } = placeOf(text, /\d+(\.\d+)?/g, next);
    return replaced(text, at, length, String(Number(text.slice(at, at + length)) * (0.5 + next(100) / 50)));
  },
  (text, next) => {
    const { at, length } = placeOf(text, /[A-Za-z_-]{2,}/g, next);
    return replaced(text, at, length, oddities[next(oddities.length)]!);
  },
  (text, next) => {
    const { at, length } = placeOf(text, /"[^"\n]*"/g, next);
    const other = placeOf(text, /"[^"\n]*"/g, next);
    return replaced(text, at, length, text.slice(other.at, other.at + other.length));
  },
  byLines((lines, a) => lines.splice(a, 1)),
  byLines((lines, a) => lines.splice(a, 0, lines[a]!)),
  byLines((lines, a, b) => {
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
  }),
];

/** Changes of the text as bytes, one to three of them. Latin-1 keeps every byte. */
export function mutate(bytes: Uint8Array, next: Random): Buffer {
  let text = Buffer.from(bytes).toString('latin1');
  for (let left = 1 + next(3); left > 0; left--) text = changes[next(changes.length)]!(text, next);
  return Buffer.from(text, 'latin1');
}
