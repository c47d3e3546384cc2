import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** Names each skipped test after the run; its name, or the note it was skipped with, says why. */
export default class SkipReporter implements Reporter {
  #filtered = false;

  onInit(vitest: Vitest): void {
    this.#filtered = vitest.config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (this.#filtered) return;
    const lines = modules.flatMap((module) =>
      Array.from(module.children.allTests('skipped'), (test) => {
        const result = test.result();
        const note = result.state === 'skipped' && result.note ? ` [${result.note}]` : '';
        return `  ${module.relativeModuleId} > ${test.fullName}${note}\n`;
      }),
    );
    if (lines.length > 0) process.stdout.write(`\nSkipped tests:\n${lines.join('')}`);
  }
}
