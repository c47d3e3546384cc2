/** What can be wrong with an accuracy log. Every fault is named, and nothing faulty counts as correct. */

export const logProblemKinds = [
  'cut short',
  'unreadable',
  'missing',
  'duplicated',
  'unknown sample',
  'wrong length',
  'not a number',
  'outside the image',
  'wrong image',
  'unknown class',
] as const;

export type LogProblemKind = (typeof logProblemKinds)[number];

/** One kind of problem, how often it occurs, and where it occurs first. */
export interface LogProblem {
  readonly kind: LogProblemKind;
  readonly count: number;
  /** The first samples (QSL indices) that have it, at most `shownSamples`; empty where no sample is known. */
  readonly samples: readonly number[];
  /** One sentence for a person. */
  readonly message: string;
}

const shownSamples = 10;

type Sentence = (count: number, samples: string, detail: string) => string;

const sentences: Record<LogProblemKind, Sentence> = {
  'cut short': (_, __, detail) => `The accuracy log is cut short: ${detail}.`,
  unreadable: (n, _, detail) =>
    `${plural(n, 'entry', 'entries')} cannot be read, the first at byte ${detail}.`,
  missing: (n, samples) => `${plural(n, 'sample has', 'samples have')} no response: ${samples}.`,
  duplicated: (n, samples) =>
    `${plural(n, 'sample is', 'samples are')} answered more than once, which counts as no answer: ${samples}.`,
  'unknown sample': (n, samples) =>
    `${plural(n, 'response is', 'responses are')} for samples that the data set does not have: ${samples}.`,
  'wrong length': (n, samples, detail) =>
    `${plural(n, 'response has', 'responses have')} the wrong length: ${samples} (${detail}).`,
  'not a number': (n, samples) =>
    `${plural(n, 'response holds', 'responses hold')} NaN or infinity: ${samples}.`,
  'outside the image': (n, samples) =>
    `${plural(n, 'box is', 'boxes are')} outside the image or inside out and counted as wrong: ${samples}.`,
  'wrong image': (n, samples) =>
    `${plural(n, 'detection names', 'detections name')} another image than the sample's and count as wrong: ${samples}.`,
  'unknown class': (n, samples) =>
    `${plural(n, 'detection has', 'detections have')} a class that the data set does not have: ${samples}.`,
};

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Gathers problems while a log is read. */
export class LogProblems {
  readonly #found = new Map<LogProblemKind, { count: number; samples: Set<number>; detail: string }>();

  /** Notes one case; of each kind, the first `detail` is kept. */
  add(kind: LogProblemKind, sample?: number, detail = ''): void {
    const entry = this.#found.get(kind) ?? { count: 0, samples: new Set(), detail };
    this.#found.set(kind, entry);
    entry.count += 1;
    if (sample !== undefined && entry.samples.size < shownSamples) entry.samples.add(sample);
  }

  list(): LogProblem[] {
    return [...this.#found].map(([kind, { count, samples, detail }]) => {
      const shown = [...samples];
      const names = `sample${shown.length === 1 ? '' : 's'} ${shown.join(', ')}${count > shown.length ? ', …' : ''}`;
      return { kind, count, samples: shown, message: sentences[kind](count, names, detail) };
    });
  }
}
