import { defineConfig } from 'vitest/config';
import { testsVariable } from './rooms.js';

/** The tests that need no compiled files and no threads: a mutant is tried in a fraction of a second. */
export default defineConfig({
  test: {
    include: (process.env[testsVariable] ?? 'test/loadgen/**/*.test.ts').split(' '),
    env: { PROPERTY_SHARE: '0.1' },
    fileParallelism: false,
    // One worker for all files of a run, and a new one for the next mutant: a quarter of the time.
    isolate: false,
    // Stryker ends a mutant that hangs; this is for the first run, in which every line is counted.
    testTimeout: 180_000,
  },
});
