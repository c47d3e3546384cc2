/** The options of `baremark tune`: some of `run`'s, and what it tries. */
import { duration, listOf, numberFrom, rising, text, wholeNumber } from '../values.js';
import { define } from './def.js';
import { runOptions } from './table.js';

/** Those of `run` that say what is tuned. */
const { model, dataset, precision, backend, device } = runOptions;
export const tunedOptions = {
  model: { ...model, help: 'model or MLPerf benchmark to tune' },
  dataset,
  'model-file': runOptions['model-file'],
  precision,
  'graph-option': runOptions['graph-option'],
  backend,
  'backend-option': runOptions['backend-option'],
  device,
  'target-latency': {
    ...runOptions['target-latency'],
    help: "Server: latency bound (default: the benchmark's)",
  },
};

/** `tune`'s own; what it tries where nothing is said is up to the backend and the device. */
export const searchOptions = {
  batches: define({
    group: 'Search',
    scope: 'command',
    type: rising(
      listOf(wholeNumber(1, 65_536), 'ascending whole numbers separated by commas, such as 1,2,4,8'),
    ),
    value: 'list',
    help: 'largest batches to try, ascending, such as 1,2,4,8 (default: by the device)',
  }),
  instances: define({
    group: 'Search',
    scope: 'command',
    type: rising(listOf(wholeNumber(1, 1024), 'ascending whole numbers separated by commas, such as 1,2')),
    value: 'list',
    help: 'instances on each device to try, ascending (default: by the device)',
  }),
  waits: define({
    group: 'Search',
    scope: 'command',
    type: rising(
      listOf(numberFrom(0, 65_536), 'ascending numbers of milliseconds separated by commas, such as 0,1,2'),
    ),
    value: 'list',
    help: 'Server: waits for a batch to fill to try, milliseconds, ascending (default: by the device)',
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
