/** The options of `baremark audit`: those of `run`, but for the ones that an audit decides itself. */
import { runOptions } from './table.js';

// Each benchmark is audited once and whole, by an accuracy run and performance runs whose answers are compared.
const {
  mode: _mode,
  repeat: _repeat,
  fidelity: _fidelity,
  'reference-file': _reference,
  resume: _resume,
  'precision-of-peak': _precision,
  budget: _budget,
  ...own
} = runOptions;

export const auditOptions = {
  ...own,
  'dry-run': {
    ...own['dry-run'],
    help: 'print what would be audited and stop; with --json, as one JSON object',
  },
};
