/** The options of `baremark tune`: some of `run`'s, and what it tries. */
import { duration, listOf, numberFrom, rising, text, wholeNumber } from '../values.js';
import { define } from './def.js';
import { options } from './table.js';

/** Those of `run` that say what is tuned. */
const { model, dataset, precision, backend, device } = options;
export const tunedOptions = {
  model: { ...model, help: 'model or MLPerf benchmark to tune' },
  dataset,
  'model-file': options['model-file'],
  precision,
  'graph-option': options['graph-option'],
  backend,
  'backend-option': options['backend-option'],
  device,
  'target-latency': {
    ...options['target-latency'],
    help: "Server: latency bound (default: the benchmark's)",
  },
};

/** `tune`'s own; what it tries where nothing is said is up to the backend and the device. */
export const searchOptions = {
  batches: define({
    group: 'Search',
    scope: 'command',
    type: rising(listOf(wholeNumber(1, 65_536), 'rising whole numbers with commas, such as 1,2,4,8')),
    value: 'list',
    help: 'largest batches to try, rising, such as 1,2,4,8 (default: by the device)',
  }),
  instances: define({
    group: 'Search',
    scope: 'command',
    type: rising(listOf(wholeNumber(1, 1024), 'rising whole numbers with commas, such as 1,2')),
    value: 'list',
    help: 'instances on each device to try, rising (default: by the device)',
  }),
  waits: define({
    group: 'Search',
    scope: 'command',
    type: rising(listOf(numberFrom(0, 65_536), 'rising numbers of milliseconds with commas, such as 0,1,2')),
    value: 'list',
    help: 'Server: waits for a batch to fill to try, milliseconds, rising (default: by the device)',
  }),
  'probe-duration': define({
    group: 'Search',
    scope: 'command',
    type: duration(100),
    value: 'duration',
    help: 'length of each measurement (default: 3 s)',
  }),
  'out-file': define({
    group: 'Output',
    scope: 'command',
    type: text('the path of a file'),
    value: 'file',
    path: true,
    help: 'file that the winner is written to, for run --tuned (default: in tuned/ in the cache)',
  }),
};
