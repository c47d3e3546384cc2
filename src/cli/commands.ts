/** All commands by name: one line of help each, and the module that is loaded when the command is used. */
import type { Command } from 'commander';

export interface CommandModule {
  /** Adds arguments, options and the action. */
  configure(command: Command): void;
}

interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

export const commands: Readonly<Record<string, CommandEntry>> = {
  run: {
    summary: 'run benchmarks: a plan by name (quick) or file, or a model and a scenario',
    load: () => import('./commands/run.js'),
  },
  models: {
    summary: 'list the models, or build them ahead of a run',
    load: () => import('./commands/models.js'),
  },
  datasets: {
    summary: 'list the data sets, or check a folder of one',
    load: () => import('./commands/datasets.js'),
  },
  compare: {
    summary: 'compare systems with a baseline: ratios with intervals, differences, verdicts',
    load: () => import('./commands/compare.js'),
  },
  report: {
    summary: "report one system's runs as a table, CSV, Markdown or HTML",
    load: () => import('./commands/report.js'),
  },
  doctor: {
    summary: 'say what this machine offers, what is missing, and what to do',
    load: () => import('./commands/doctor.js'),
  },
  setup: {
    summary: "put ONNX Runtime's CUDA provider in place",
    load: () => import('./commands/setup.js'),
  },
};
