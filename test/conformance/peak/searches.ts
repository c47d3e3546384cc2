/** The search of baremark and those it is compared with, each on a system in virtual time. */
import { simulatePeak } from '../../../src/search/virtual/simulate.js';
import { isotonicSearch } from './isotonic-search.js';
import { loadgenSearch } from './loadgen-search.js';
import { type SystemFile, systemOf } from './systems.js';

/** What a search says. */
export interface Found {
  /** Queries per second; 0 where none holds, NaN where it does not know. */
  readonly qps: number;
  /** Its 95% interval; NaN of a search that states none. */
  readonly lowQps: number;
  readonly highQps: number;
  readonly simulatedS: number;
}

export const searches = ['baremark', 'LoadGen', 'isotonic'] as const;
export type SearchName = (typeof searches)[number];

export interface SearchTask {
  readonly search: SearchName;
  readonly file: SystemFile;
  readonly seed: number;
}

export async function searched({ search, file, seed }: SearchTask): Promise<Found> {
  const system = systemOf(file);
  if (search === 'LoadGen') return loadgenSearch(system, seed);
  if (search === 'isotonic') return isotonicSearch(system, seed);
  const { qps, lowQps, highQps, searchS } = await simulatePeak(system, { seed });
  return { qps, lowQps, highQps, simulatedS: searchS };
}
