/** What `npm run mutation` mutates, room by room, and the tests that have to notice. */

/** Percent of the mutants of a room that must be noticed. */
export const leastShare = 85;

export interface Room {
  readonly name: string;
  /** Globs of source files. */
  readonly mutate: readonly string[];
  /** Globs of tests, which each change of what is read at the start runs in full: only those that look at the room. */
  readonly tests: readonly string[];
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

// Pure tests only: no threads, no child processes, no compiled files.
const named = (folder: string, ...files: readonly string[]) =>
  files.map((file) => `test/${folder}/${file}.test.ts`);
const golden = 'test/conformance/loadgen.test.ts';
const loadgenTests = {
  queries: named('loadgen', 'queries', 'distributions'),
  settings: [
    ...named('loadgen', 'conf', 'conf-keys', 'effective', 'problems', 'length', 'queries', 'rules'),
    ...named('properties', 'conf'),
  ],
  logs: [
    golden,
    ...named('loadgen', 'detail-log', 'logged-samples', 'effective', 'rules'),
    ...named('properties', 'logs'),
  ],
};
const summaryOf = (name: string, files: readonly string[], tests: readonly string[]): Room => ({
  name: `loadgen/${name}`,
  mutate: files.map((file) => `src/loadgen/summary/${file}.ts`),
  tests,
});
// Statistics of many runs take seconds for each mutant, and the other tests of intervals notice as much.
const compareTests = [
  'test/compare/!(options).test.ts',
  'test/compare/server/*.test.ts',
  'test/compare/statistics/!(coverage*).test.ts',
];
const engineTests = [
  golden,
  'test/loadgen/**/*.test.ts',
  'test/compare/*.test.ts',
  'test/compare/statistics/!(coverage*).test.ts',
  ...named('engine/batching', 'batch-decider', 'bucket-queues', 'stats'),
  ...named('engine', 'facts'),
  ...named('run', 'verdict', 'conclude'),
  'test/properties/**/*.test.ts',
];

/** Parts of a room by themselves, so that a run that is stopped keeps what it had. */
const partsOf = (room: string, tests: Readonly<Record<string, readonly string[]>>): Room[] =>
  Object.entries(tests).map(([part, tests]) => ({
    name: `${room}/${part}`,
    mutate: [`src/${room}/${part}/**/*.ts`],
    tests,
  }));

export const rooms: readonly Room[] = [
  summaryOf(
    'summary',
    ['summary', 'text'],
    [golden, ...named('loadgen', 'summary', 'early-stopping', 'rules', 'effective')],
  ),
  // Loops over many values, which a mutant often makes endless: the slowest to measure.
  summaryOf(
    'summary-statistics',
    ['percentiles', 'early-stopping', 'incomplete-beta'],
    [...named('loadgen', 'early-stopping', 'summary', 'rules', 'percentiles')],
  ),
  ...partsOf('loadgen', loadgenTests),
  { name: 'loadgen', mutate: ['src/loadgen/*.ts'], tests: loadgenTests.logs },
  ...partsOf('compare', {
    statistics: named(
      'compare/statistics',
      'student-t',
      'repeats-interval',
      'within-run',
      'tail-interval',
      'evidence',
    ),
    pairs: compareTests,
    differences: named('compare', 'differences', 'rules', 'runs', 'unlike-repeats', 'batch-policy'),
  }),
  { name: 'compare', mutate: ['src/compare/*.ts'], tests: compareTests },
  { name: 'batching', mutate: batching.map((file) => `src/engine/batching/${file}.ts`), tests: engineTests },
  { name: 'verdicts', mutate: ['src/run/verdict.ts', 'src/engine/facts.ts'], tests: engineTests },
];

/** How the runners, which are processes of their own, are told the tests of the room. */
export const testsVariable = 'MUTATION_TESTS';
