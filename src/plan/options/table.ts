/**
 * The one table of options: each is a flag of `baremark run`, a key of a plan file, a check, a line of help and a
 * row of the documentation.
 */

import { defaultSut } from '../../backends/default-sut.js';
import { orList } from '../../base/suggest.js';
import { scenarios } from '../../loadgen/settings/settings.js';
import { duration, listOf, oneOf, orAuto, pairs, rising, text, wholeNumber, yesOrNo } from '../values.js';
import { define, type OptionDef, type ValuesOf } from './def.js';
import { loadgenOptions } from './loadgen.js';

export const options = {
  model: define({
    group: 'What runs',
    scope: 'run',
    type: listOf(text('a name'), 'one name or several with commas'),
    value: 'name',
    help: "model or MLPerf benchmark, several with commas; with a plan: only the plan's runs of these",
  }),
  scenario: define({
    group: 'What runs',
    scope: 'run',
    type: listOf(oneOf(...scenarios), orList(scenarios)),
    value: 'name',
    help: `${orList(scenarios)}, several with commas; with a plan: only its runs of these`,
    code: 'UNKNOWN_SCENARIO',
  }),
  mode: define({
    group: 'What runs',
    scope: 'run',
    type: oneOf('performance', 'accuracy', 'submission'),
    value: 'name',
    help: 'performance (default), accuracy (every sample once), or submission (accuracy, then performance)',
  }),
  dataset: define({
    group: 'What runs',
    scope: 'run',
    type: listOf(text('a folder'), 'a folder or several'),
    value: 'dir',
    path: true,
    repeatable: true,
    help: 'folder with SQuAD v1.1 or COCO val2017, or with both in squad/ and coco/ (default: synthetic samples)',
    code: 'UNKNOWN_DATASET',
  }),
  'model-file': define({
    group: 'What runs',
    scope: 'run',
    type: text('the path of an ONNX file'),
    value: 'file',
    path: true,
    help: 'ONNX file to run as the model, in place of the one built with random weights',
    code: 'BAD_MODEL_FILE',
  }),
  weights: define({
    group: 'What runs',
    scope: 'run',
    type: oneOf('seeded', 'official'),
    value: 'kind',
    help: "seeded random weights (default), or official: MLPerf's trained ones, fetched with baremark models pull",
  }),
  fidelity: define({
    group: 'What runs',
    scope: 'run',
    type: wholeNumber(1),
    value: 'samples',
    help: 'after an accuracy run, compare this many of its answers with the same model in FP32 on the CPU',
  }),
  'reference-file': define({
    group: 'What runs',
    scope: 'run',
    type: text('the path of an ONNX file'),
    value: 'file',
    path: true,
    help: 'ONNX file in FP32 that --fidelity compares with (default: the model that runs, in FP32)',
    code: 'BAD_MODEL_FILE',
  }),
  precision: define({
    group: 'What runs',
    scope: 'run',
    type: oneOf('fp32', 'fp16', 'int8'),
    value: 'type',
    help: "fp32, fp16 or int8 (default: the model's)",
  }),
  'graph-option': define({
    group: 'What runs',
    scope: 'run',
    type: pairs('fused=true'),
    value: 'key=value',
    repeatable: true,
    help: "fused=true: BERT from ONNX Runtime's own operators; input=uint8-nhwc or float-nchw: SSD's images (default: bytes except on cpu); nms=graph (default) or host: where SSD's boxes are suppressed",
  }),
  repeat: define({
    group: 'What runs',
    scope: 'plan',
    type: wholeNumber(1, 10_000),
    value: 'n',
    help: 'repeat every run; repeats are interleaved, so drift affects all runs equally (default: 1)',
  }),
  backend: define({
    group: 'System under test',
    scope: 'run',
    type: text('the name of a backend'),
    value: 'name',
    path: 'dotted',
    help: `built-in backend (default: ${defaultSut.backend}), a module such as ./mine.js, or a package`,
    code: 'UNKNOWN_BACKEND',
  }),
  'backend-option': define({
    group: 'System under test',
    scope: 'run',
    type: pairs(),
    value: 'key=value',
    repeatable: true,
    help: 'option of the backend itself, such as intraOpNumThreads=1; may be repeated',
  }),
  device: define({
    group: 'System under test',
    scope: 'run',
    type: text('the name of a device'),
    value: 'name',
    help: `device as its backend writes it, such as cpu, cuda:0 or cuda:all (default: ${defaultSut.device})`,
    code: 'UNKNOWN_DEVICE',
  }),
  instances: define({
    group: 'System under test',
    scope: 'run',
    type: orAuto(wholeNumber(1, 1024)),
    value: 'n',
    help: 'sessions on each device, each in its own thread (default: auto)',
  }),
  tuned: define({
    group: 'System under test',
    scope: 'run',
    type: text('the path of a file'),
    value: 'file',
    path: true,
    help: 'file of baremark tune: gives instances, batch and wait where they are auto',
  }),
  warmup: define({
    group: 'System under test',
    scope: 'run',
    type: wholeNumber(0, 1_000_000),
    value: 'n',
    help: 'batches each instance runs before the clock starts (default: 3)',
  }),
  'max-batch': define({
    group: 'Batching',
    scope: 'run',
    type: orAuto(wholeNumber(1, 65_536)),
    value: 'n',
    help: 'most samples in one batch (default: auto)',
  }),
  'max-wait': define({
    group: 'Batching',
    scope: 'run',
    type: orAuto(duration()),
    value: 'duration',
    help: 'longest that a sample waits for others to join its batch, Server only (auto, the default, is 0 unless --tuned says otherwise)',
  }),
  pad: define({
    group: 'Batching',
    scope: 'run',
    type: oneOf('longest', 'max'),
    value: 'to',
    help: 'pad text to the longest of its batch (default), or always to the longest the model takes',
  }),
  buckets: define({
    group: 'Batching',
    scope: 'run',
    type: rising(listOf(wholeNumber(1, 65_536), 'rising whole numbers with commas, such as 64,128,256,384')),
    value: 'lengths',
    help: 'lengths in tokens up to which text is batched together, such as 64,128,256,384',
  }),
  ...loadgenOptions,
  system: define({
    group: 'Output',
    scope: 'plan',
    type: text(
      'a folder name: letters, digits, dots, dashes and underscores, not starting with a dot',
      /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/,
    ),
    value: 'name',
    help: 'name of this system in the results (default: the host name)',
  }),
  out: define({
    group: 'Output',
    scope: 'plan',
    type: text('a folder'),
    value: 'dir',
    path: true,
    help: 'folder for results (default: results)',
  }),
  json: define({
    group: 'Output',
    scope: 'command',
    type: yesOrNo(),
    help: 'print one JSON array of run documents on standard output, and nothing else there',
  }),
  'dry-run': define({
    group: 'Output',
    scope: 'command',
    type: yesOrNo(),
    help: 'print what would run, and stop; with --json as one JSON object',
  }),
};

export type OptionName = keyof typeof options;

/** Checked values by option; what was not given is absent. */
export type OptionValues = ValuesOf<typeof options>;

export const optionNames = Object.keys(options) as OptionName[];

/** The definition of an option, whatever its value type. */
export function optionDef(name: OptionName): OptionDef {
  return options[name];
}
