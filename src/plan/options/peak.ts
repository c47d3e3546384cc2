/** The options of a peak search: the highest rate at which Server holds its latency bound. */
import { duration, shareFrom } from '../values.js';
import { define } from './def.js';

const effect = { scenarios: ['Server'], peak: true } as const;

export const peakOptions = {
  'precision-of-peak': define({
    group: 'Search',
    scope: 'run',
    type: shareFrom(0.002, 0.5),
    value: 'share',
    effect,
    help: 'the search ends when the peak is known this closely, up and down (default: 2%)',
  }),
  budget: define({
    group: 'Search',
    scope: 'run',
    type: duration(1000),
    value: 'duration',
    effect,
    help: 'most time for the search, without the full run after it (default: three runs, at least 400 s)',
  }),
};
