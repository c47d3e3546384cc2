import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/helpers/skip-reporter.ts'],
    // Worker threads load compiled JavaScript, so the suite compiles src/ once before it starts.
    globalSetup: ['test/helpers/build.ts'],
    // Tests drive real threads against real clocks: one file at a time keeps them from measuring each other.
    fileParallelism: false,
    pool: 'forks',
    // Against hanging: no test asserts how long something takes.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
