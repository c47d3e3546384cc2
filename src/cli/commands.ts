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
  accuracy: {
    summary: 'score the accuracy log of a run, ours or a submission, against its data set',
    load: () => import('./commands/accuracy.js'),
  },
  audit: {
    summary: "check as MLPerf's audits do: the same answers under load, and no caching",
    load: () => import('./commands/audit.js'),
  },
  models: {
    summary: 'list the models, build them ahead of a run, or pull official ones',
    load: () => import('./commands/models.js'),
  },
  datasets: {
    summary: 'list the data sets, check a folder of one, or pull one',
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
  tune: {
    summary: 'find the best batch, instances and wait of a model on a device',
    load: () => import('./commands/tune.js'),
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
