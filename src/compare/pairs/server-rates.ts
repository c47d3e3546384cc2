/** What two Server rates are: the highest that each system sustains, or rates that somebody asked for. */
import type { Peak } from '../../results/document/peak.js';
import type { ResultRun } from '../../results/types.js';
import { lacksPeak, noPeak } from '../server-words.js';
import type { Verdict } from '../types.js';

export type ServerRates =
  /** Searches found a peak for every run of both sides. */
  | { readonly kind: 'peaks' }
  /** A search found none. */
  | { readonly kind: 'no peak'; readonly verdict: Extract<Verdict, { kind: 'not comparable' }> }
  /** `notes` name the sides that lack a peak, where others have one. */
  | { readonly kind: 'requested'; readonly notes: readonly string[] };

/** The runs of one side, and the name of its system. */
export interface NamedRuns {
  readonly name: string;
  readonly runs: readonly ResultRun[];
}

export function serverRates(sides: readonly NamedRuns[]): ServerRates {
  const searched = sides.flatMap(({ name, runs }) =>
    runs.flatMap((run) => {
      const peak = peakOf(run);
      return peak ? { name, peak } : [];
    }),
  );
  const failed = searched.find(({ peak }) => peak.kind !== 'found');
  if (failed) return { kind: 'no peak', verdict: noPeak(failed.name, failed.peak) };
  if (searched.length === 0) return { kind: 'requested', notes: [] };
  const notes = sides.flatMap(({ name, runs }) => {
    const lacking = runs.filter((run) => !peakOf(run));
    const published = lacking.every((run) => run.source === 'mlperf');
    return lacking.length > 0 ? lacksPeak(name, lacking.length, runs.length, published) : [];
  });
  return notes.length > 0 ? { kind: 'requested', notes } : { kind: 'peaks' };
}

/** What a search for the run's highest rate found, where there was one: `result.peak` of its `run.json`. */
export function peakOf(run: ResultRun): Peak | undefined {
  return run.document?.result.peak;
}
