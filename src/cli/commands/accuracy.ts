/** `baremark accuracy`: what the log of an accuracy run is worth, from the log and the data set alone. */
import type { Command } from 'commander';
import { BaremarkError } from '../../base/errors.js';
import { toJson } from '../../base/json.js';
import { scoreAccuracy } from '../../checks/score-accuracy.js';
import { accuracySentence } from '../../report/runs/accuracy-text.js';
import { print } from '../output/print.js';

interface AccuracyFlags {
  readonly dataset: string;
  readonly model?: string;
  readonly logits: string;
  readonly classes?: string;
  readonly json?: boolean;
}

export function configure(command: Command): void {
  command
    .argument('<folder>', 'accuracy folder of a run or a submission, or its mlperf_log_accuracy.json')
    .requiredOption('--dataset <dir>', 'folder with SQuAD v1.1 or COCO val2017')
    .option('--model <name>', "benchmark or model (default: the run's own, or the one in the path)")
    .option('--logits <type>', 'float32, or float16 as in some submitted BERT logs', 'float32')
    .option(
      '--classes <kind>',
      "labels (1 to 80), or category-ids as in some submitted SSD logs (default: the model's)",
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Exit codes: 0 the target is met, or there is none; 1 it is missed, or the log is
damaged; 2 wrong usage or bad input.`,
    )
    .action(accuracy);
}

async function accuracy(
  path: string,
  { dataset, model, logits, classes, json }: AccuracyFlags,
): Promise<void> {
  const format = {
    logits: oneOf('--logits', logits, ['float32', 'float16'] as const),
    classes:
      classes === undefined ? undefined : oneOf('--classes', classes, ['labels', 'category-ids'] as const),
  };
  const scored = await scoreAccuracy({ path, dataset, model, format });
  const { log, benchmark, result, text } = scored;
  const problems = scored.problems.map(({ message }) => message);
  const lines = json
    ? [toJson({ log, benchmark, ...result, problems })]
    : [text.trimEnd(), '', accuracySentence(benchmark, result), ...problems];
  print(lines.join('\n'));
  process.exitCode = result.met === false || problems.length > 0 ? 1 : 0;
}

function oneOf<const T extends string>(flag: string, given: string, names: readonly T[]): T {
  const found = names.find((name) => name === given);
  if (found !== undefined) return found;
  throw new BaremarkError(
    'BAD_OPTION',
    `${flag} is ${JSON.stringify(given)}; it must be ${names.join(' or ')}.`,
  );
}
