/** What `npm run mutation` mutates, room by room, and the tests that have to notice. */

/** Percent of the mutants of a room that must be noticed. */
export const leastShare = 85;

export interface Room {
  readonly name: string;
  /** Globs of source files. */
  readonly mutate: readonly string[];
}

const batching = [
  'batch-policy',
  'batch-decider',
  'bucket-fill',
  'batch-cost',
  'hold-limit',
  'bucket-queues',
  'stats',
];

/** Parts of a room by themselves, so that a run that is stopped keeps what it had. */
const partsOf = (room: string, ...parts: readonly string[]): Room[] =>
  parts.map((part) => ({ name: `${room}/${part}`, mutate: [`src/${room}/${part}/**/*.ts`] }));

export const rooms: readonly Room[] = [
  ...partsOf('loadgen', 'summary', 'queries', 'settings', 'logs'),
  { name: 'loadgen', mutate: ['src/loadgen/*.ts'] },
  ...partsOf('compare', 'statistics', 'pairs', 'differences'),
  { name: 'compare', mutate: ['src/compare/*.ts'] },
  { name: 'batching', mutate: batching.map((file) => `src/engine/batching/${file}.ts`) },
  { name: 'verdicts', mutate: ['src/run/verdict.ts', 'src/engine/facts.ts'] },
];

/** Pure tests only: no threads, no child processes, no compiled files. */
export const testFiles: readonly string[] = [
  'test/loadgen/**/*.test.ts',
  'test/conformance/loadgen.test.ts',
  // Statistics of many runs: seconds for each mutant, and the other tests of intervals notice as much.
  'test/compare/!(coverage).test.ts',
  'test/engine/batching/batch-decider.test.ts',
  'test/engine/batching/bucket-queues.test.ts',
  'test/engine/batching/stats.test.ts',
  'test/engine/facts.test.ts',
  'test/run/verdict.test.ts',
  'test/run/conclude.test.ts',
  'test/properties/**/*.test.ts',
];
