/** What was wrong with the files of a results folder, as lines for a person: many of one kind are one line with a count. */

/** More than this many of one kind are counted. */
const listed = 3;

export function problemLines(problems: readonly string[]): readonly string[] {
  const kinds = new Map<string, string[]>();
  for (const problem of problems) {
    const kind = kindOf(problem);
    kinds.set(kind, [...(kinds.get(kind) ?? []), problem]);
  }
  return [...kinds.values()].flatMap((alike) =>
    alike.length > listed ? [`${alike[0]} The same holds for ${alike.length - 1} others.`] : alike,
  );
}

/** The sentence without what it is said of: paths and numbers. */
function kindOf(problem: string): string {
  return problem.replace(/\S*\/\S*/g, '').replace(/\d[\d.]*/g, '');
}
