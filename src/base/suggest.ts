/** Near matches for a mistyped name, and lists of names as part of a sentence. */

/** The name nearest to `given` (Damerau–Levenshtein, ignoring case), or undefined if none is near. */
export function nearest(given: string, names: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(given.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const name of names) {
    const distance = editDistance(given.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** `did you mean X?` if a name is near, otherwise the choices: `choose a, b or c.` */
export function suggestion(given: string, names: readonly string[]): string {
  const near = nearest(given, names);
  if (near !== undefined) return `did you mean ${near}?`;
  return names.length > 0 ? `choose ${orList(names)}.` : 'there is nothing to choose from.';
}

/** `a`, `a or b`, `a, b or c`. */
export function orList(names: readonly string[]): string {
  return listed(names, 'or');
}

/** `a`, `a and b`, `a, b and c`. */
export function andList(names: readonly string[]): string {
  return listed(names, 'and');
}

function listed(names: readonly string[], last: 'or' | 'and'): string {
  if (names.length < 2) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} ${last} ${names[names.length - 1]}`;
}

/** Fewest insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let twoBack: number[] = [];
  let back = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(back[j]! + 1, row[j - 1]! + 1, back[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, twoBack[j - 2]! + 1);
      row.push(cost);
    }
    [twoBack, back] = [back, row];
  }
  return back[b.length]!;
}

/** A value as a person wrote it, on one line and not too long. */
export function show(input: unknown): string {
  if (typeof input === 'string')
    return JSON.stringify(input.length > 80 ? `${input.slice(0, 77)}...` : input);
  if (Array.isArray(input)) return input.map(show).join(', ') || 'an empty list';
  if (input === undefined) return 'missing';
  if (input === null) return 'empty';
  if (typeof input === 'object') return 'a map';
  return String(input);
}
