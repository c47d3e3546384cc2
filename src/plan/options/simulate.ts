/** The options of `baremark simulate`: those of a peak search that make sense in virtual time, and its seed. */
import { wholeNumber, yesOrNo } from '../values.js';
import { define } from './def.js';
import { peakOptions } from './peak.js';

const { 'precision-of-peak': precision, budget } = peakOptions;

export const simulateOptions = {
  'precision-of-peak': define({ ...precision, scope: 'command', effect: undefined }),
  budget: define({
    ...budget,
    scope: 'command',
    effect: undefined,
    help: "most simulated time for the search (default: 400 s by quick rules, 1800 s by MLPerf's)",
  }),
  seed: define({
    group: 'Search',
    scope: 'command',
    type: wholeNumber(0, 2 ** 32 - 1),
    value: 'n',
    help: 'seed of arrivals, service times and stalls (default: 1)',
  }),
  json: define({
    group: 'Output',
    scope: 'command',
    type: yesOrNo(),
    help: 'print one JSON object, without what would be if',
  }),
};
