/** All commands by name: a line of help, and the module that is loaded when the command is used. */
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
    summary: 'run benchmarks: a plan by name (quick) or file, or a model in a scenario',
    load: () => import('./commands/run.js'),
  },
  peak: {
    summary: 'find the highest Server rate that holds its latency bound, and run at it',
    load: () => import('./commands/peak.js'),
  },
  accuracy: {
    summary: "score the accuracy log of a run, ours or a submission's, against its data set",
    load: () => import('./commands/accuracy.js'),
  },
  audit: {
    summary: "run checks like MLPerf's audits: same answers under load, and no caching",
    load: () => import('./commands/audit.js'),
  },
  models: {
    summary: 'list models, build them before a run, or pull official ones',
    load: () => import('./commands/models.js'),
  },
  datasets: {
    summary: 'list data sets, check a folder, or pull one',
    load: () => import('./commands/datasets.js'),
  },
  compare: {
    summary: 'compare systems with a baseline: ratios, intervals, differences, verdicts',
    load: () => import('./commands/compare.js'),
  },
  report: {
    summary: "report one system's runs as a table, CSV, Markdown or HTML",
    load: () => import('./commands/report.js'),
  },
  simulate: {
    summary: 'find the highest rate that a described system would hold, in virtual time',
    load: () => import('./commands/simulate.js'),
  },
  tune: {
    summary: 'find the best batch size, instances and wait for a model on a device',
    load: () => import('./commands/tune.js'),
  },
  doctor: {
    summary: 'show what this machine offers, what is missing, and how to fix it',
    load: () => import('./commands/doctor.js'),
  },
  setup: {
    summary: "install ONNX Runtime's CUDA provider, or TF.js on TensorFlow",
    load: () => import('./commands/setup.js'),
  },
};

/** What people try by names of other tools, and the command that does it here. */
const guesses: Readonly<Record<string, string>> = {
  bench: 'run quick',
  benchmark: 'run quick',
  start: 'run quick',
  test: 'run quick',
  list: 'models',
  plans: 'run --help',
  scenarios: 'run --help',
  check: 'doctor',
  cuda: 'setup cuda',
  device: 'doctor',
  devices: 'doctor',
  gpu: 'doctor',
  gpus: 'doctor',
  info: 'doctor',
  install: 'setup cuda',
  status: 'doctor',
  system: 'doctor',
  csv: 'report',
  html: 'report',
  results: 'report',
  show: 'report',
  diff: 'compare',
  dataset: 'datasets',
  data: 'datasets',
  download: 'models pull',
  pull: 'models pull',
  score: 'accuracy',
  validate: 'audit',
  verify: 'audit',
  max: 'peak',
  search: 'peak',
  optimize: 'tune',
};

/** The command for a word that is none, such as `doctor` for `devices`. */
export function guessed(word: string): string | undefined {
  return Object.hasOwn(guesses, word.toLowerCase()) ? guesses[word.toLowerCase()] : undefined;
}
