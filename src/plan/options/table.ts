/**
 * The one table of options: each is a flag of `baremark run`, a key of a plan file, a check, a line of help and a
 * row of the documentation.
 */

import { defaultSut } from '../../backends/default-sut.js';
import { orList } from '../../base/suggest.js';
import { scenarios } from '../../loadgen/settings/settings.js';
import { folderNameFault } from '../../results/layout.js';
import {
  duration,
  listOf,
  oneOf,
  orAuto,
  pairs,
  rising,
  text,
  where,
  wholeNumber,
  yesOrNo,
} from '../values.js';
import { define, type OptionDef, type ValuesOf } from './def.js';
import { choiceEffects } from './graph.js';
import { loadgenOptions } from './loadgen.js';
import { peakOptions } from './peak.js';

export const runOptions = {
  model: define({
    group: 'What runs',
    scope: 'run',
    type: listOf(text('a name'), 'one name, or several separated by commas'),
    value: 'name',
    help: 'models or MLPerf benchmarks, separated by commas; with a plan: run only these',
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
    type: oneOf('performance', 'accuracy', 'submission', 'peak'),
    value: 'name',
    help: 'performance (default), accuracy (every sample once), submission (accuracy, then performance), or peak (the highest Server rate that holds; elsewhere the best batch and instances)',
  }),
  dataset: define({
    group: 'What runs',
    scope: 'run',
    type: listOf(text('a folder'), 'one or several folders'),
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
    help: 'ONNX file to run instead of the model built with random weights',
    code: 'BAD_MODEL_FILE',
  }),
  weights: define({
    group: 'What runs',
    scope: 'run',
    type: oneOf('seeded', 'official'),
    value: 'kind',
    help: "seeded: random weights (default); official: MLPerf's trained weights, fetched with baremark models pull; ssd-mobilenet has trained weights alone",
  }),
  fidelity: define({
    group: 'What runs',
    scope: 'run',
    type: wholeNumber(1),
    value: 'samples',
    help: 'after an accuracy run, compare this many of its answers with those of the same model in FP32 on the CPU',
  }),
  'reference-file': define({
    group: 'What runs',
    scope: 'run',
    type: text('the path of an ONNX file'),
    value: 'file',
    path: true,
    help: 'FP32 ONNX file that --fidelity compares with (default: the same model in FP32)',
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
    effectOfKey: choiceEffects,
    help: "fused=true: build BERT from ONNX Runtime's fused operators; input=uint8-nhwc or float-nchw: how SSD takes images (default: float on cpu, bytes elsewhere); nms=graph or host: where SSD's boxes are suppressed (default: in the graph where the backend can)",
  }),
  repeat: define({
    group: 'What runs',
    scope: 'plan',
    type: wholeNumber(1, 10_000),
    value: 'n',
    help: 'times to repeat every performance run; repeats are interleaved, so drift affects all runs equally (default: 1)',
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
    help: 'option passed to the backend, such as intraOpNumThreads=1; may be repeated',
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
    help: 'sessions per device, each in its own thread (default: auto)',
  }),
  tuned: define({
    group: 'System under test',
    scope: 'run',
    type: text('the path of a file'),
    value: 'file',
    path: true,
    effect: { scenarios: ['Offline', 'Server'] },
    help: 'file written by baremark tune, which sets instances, batch and wait where they are auto',
  }),
  warmup: define({
    group: 'System under test',
    scope: 'run',
    type: wholeNumber(0, 1_000_000),
    value: 'n',
    help: 'batches that each instance runs before the clock starts (default: 3)',
  }),
  'max-batch': define({
    group: 'Batching',
    scope: 'run',
    type: orAuto(wholeNumber(1, 65_536)),
    value: 'n',
    help: 'largest batch, in samples (default: auto)',
  }),
  'max-wait': define({
    group: 'Batching',
    scope: 'run',
    type: orAuto(duration()),
    value: 'duration',
    effect: { scenarios: ['Server'] },
    help: 'longest time a sample waits for others to join its batch; Server only (default: auto)',
  }),
  pad: define({
    group: 'Batching',
    scope: 'run',
    type: oneOf('longest', 'max'),
    value: 'to',
    effect: { tasks: ['bert'] },
    help: 'pad text to the longest sample of its batch (default), or always to the longest that the model takes',
  }),
  buckets: define({
    group: 'Batching',
    scope: 'run',
    type: rising(
      listOf(wholeNumber(1, 65_536), 'ascending whole numbers separated by commas, such as 64,128,256,384'),
    ),
    value: 'lengths',
    effect: { scenarios: ['Server', 'MultiStream'], tasks: ['bert'] },
    help: 'batch text by length: the upper lengths in tokens, such as 64,128,256,384',
  }),
  ...loadgenOptions,
  ...peakOptions,
  system: define({
    group: 'Output',
    scope: 'plan',
    type: where(
      text(
        'a folder name: letters, digits, dots, dashes and underscores, no dot at its ends, and not systems or published',
        /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/,
      ),
      (name) => folderNameFault(name) === undefined,
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
    help: 'print one JSON array of run documents, and nothing else, on standard output',
  }),
  resume: define({
    group: 'Output',
    scope: 'command',
    type: yesOrNo(),
    help: 'skip the runs of this plan that are finished in --out, VALID or INVALID, and make the others; a run counts as the same only with the same settings, model, data, system and version of baremark; aborted runs are made again',
  }),
  'dry-run': define({
    group: 'Output',
    scope: 'command',
    type: yesOrNo(),
    help: 'print what would run and stop; with --json, as one JSON object',
  }),
};

export type OptionName = keyof typeof runOptions;

/** Checked values by option; what was not given is absent. */
export type OptionValues = ValuesOf<typeof runOptions>;

export const optionNames = Object.keys(runOptions) as OptionName[];

/** The definition of an option, whatever its value type. */
export function optionDef(name: OptionName): OptionDef {
  return runOptions[name];
}
