import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as library from '../src/index.js';

const { BaremarkError, buildPlan } = library;

const folder = mkdtempSync(join(tmpdir(), 'baremark-library-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A system that takes this many milliseconds per sample. */
function plan(system: string, perSampleMs: number, scenario = 'Offline') {
  const backend = { backend: 'simulated', 'backend-option': { fixedMs: 0, perSampleMs } };
  const short = { 'min-duration': 0, 'min-queries': 500, 'target-qps': 500 };
  const options = { model: 'bert-tiny', scenario, system, ...backend, ...short };
  return buildPlan({ options, folder });
}

const hooks = () => ({ onEvent: () => {}, signal: new AbortController().signal });

describe('the library alone', () => {
  const write = vi.spyOn(process.stdout, 'write');
  const complain = vi.spyOn(process.stderr, 'write');
  const exit = vi.spyOn(process, 'exit');
  const before = process.exitCode;
  beforeEach(() => vi.clearAllMocks());
  afterEach(() => {
    expect(write).not.toHaveBeenCalled();
    expect(complain).not.toHaveBeenCalled();
    expect(exit).not.toHaveBeenCalled();
    expect(process.exitCode).toBe(before);
  });

  it('runs plans, and compares and reports their results', async () => {
    for (const [system, ms] of [
      ['fast', 0.5],
      ['slow', 1],
    ] as const) {
      const documents = await library.runPlan(plan(system, ms), hooks());
      expect(library.planOutcome(plan(system, ms), documents)).toBe('holds');
      expect(library.runTable(documents)).toContain(`system  ${system}`);
      expect(documents.flatMap(library.accuracyLines)).toEqual([]);
    }
    const [fast, slow] = [
      await library.readSystem(join(folder, 'results', 'fast'), library.qualityTargets()),
      await library.readSystem(join(folder, 'results', 'slow'), library.qualityTargets()),
    ];
    const { comparison, answers, conclusion } = await library.compareResults(fast.system, [slow.system], {
      marginPercent: 5,
    });
    expect(comparison.candidates[0]!.pairs).toHaveLength(1);
    // One run per side shows no spread, so nothing is shown to be slower.
    expect({ answers, conclusion }).toEqual({ answers: [], conclusion: 'holds' });
    const series = await library.readSeries(slow.system.runs);
    const one = slow.system;
    const texts = [
      library.compareTable(comparison),
      library.compareCsv(comparison),
      library.compareMarkdown(comparison),
      await library.compareHtml(comparison, { series }),
      library.runsTable(one),
      library.runsCsv(one),
      library.runsMarkdown(one),
      await library.runsHtml(one, { series }),
    ];
    for (const text of texts) expect(text).toContain('bert-tiny');
  });

  it('refuses a folder of several systems where one is wanted', async () => {
    await expect(library.readSystem(join(folder, 'results'), library.qualityTargets())).rejects.toThrow(
      /has 2 systems \(fast, slow\)/,
    );
  });

  it('tunes', async () => {
    const { runs } = plan('tuned', 0.5, 'Offline,Server');
    const tried: library.Tried[] = [];
    const found = await library.tune(
      { offline: runs[0]!, server: runs[1]! },
      { batches: [4], instances: [1], waitsMs: [0] },
      { probeDurationS: 0.2, repeats: 1, precision: 0.1 },
      { onTried: (one) => tried.push(one), say: () => {}, signal: new AbortController().signal },
    );
    expect(found).toMatchObject({ schema: 'baremark-tuned/1', model: 'bert-tiny', backend: 'simulated' });
    expect(tried.map(({ scenario }) => scenario)).toEqual(['Offline', 'Server']);
  });

  it('audits, and leaves the audit beside the runs', async () => {
    const { folder: home, checks } = await library.auditPlan(plan('audited', 0.2), hooks());
    // The simulated backend has no answers to sample, so only the other check can be made.
    expect(checks.map(({ check }) => check)).toEqual(['sampled answers', 'caching']);
    expect(JSON.parse(readFileSync(join(home, 'audit.json'), 'utf8'))).toMatchObject({
      folder: home,
      checks,
    });
  });

  it('pulls no local copy of something else, and refuses unknown names', async () => {
    vi.stubEnv('BAREMARK_CACHE', join(folder, 'cache'));
    const copy = join(folder, 'copy.onnx');
    writeFileSync(copy, 'not much of a model');
    const [name] = library.officialNames;
    await expect(library.pullModel(name!, { from: copy })).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    await expect(library.pullDataset('imagenet', {})).rejects.toMatchObject({ code: 'UNKNOWN_DATASET' });
    vi.unstubAllEnvs();
  });

  it('checks data sets, and scores the log of an accuracy run', async () => {
    await expect(library.checkDatasets(folder)).rejects.toMatchObject({ code: 'UNKNOWN_DATASET' });
    const coco = join(folder, 'coco');
    mkdirSync(join(coco, 'images'), { recursive: true });
    const object = { id: 1, image_id: 1, category_id: 3, bbox: [10, 20, 30, 40], area: 1200, iscrowd: 0 };
    writeFileSync(
      join(coco, 'instances_val2017.json'),
      JSON.stringify({
        images: [{ id: 1, file_name: '1.jpg', width: 100, height: 100 }],
        categories: [{ id: 1 }, { id: 3 }],
        annotations: [object],
      }),
    );
    const [checked] = await library.checkDatasets(coco);
    expect(checked!.problems.join()).toContain('1.jpg');
    // The object exactly: sample, ymin, xmin, ymax, xmax, score, label.
    const data = Buffer.from(Float32Array.of(0, 0.2, 0.1, 0.6, 0.4, 0.9, 2).buffer).toString('hex');
    const log = join(folder, 'mlperf_log_accuracy.json');
    writeFileSync(log, JSON.stringify([{ seq_id: 0, qsl_idx: 0, data }]));
    const scored = await library.scoreAccuracy({ path: folder, dataset: coco, model: 'ssd-resnet34' });
    expect(scored).toMatchObject({ log, benchmark: 'ssd-resnet34', problems: [] });
    expect(library.accuracySentence(scored.benchmark, scored.result)).toBe(
      'ssd-resnet34: mAP 1.00000 meets the target of 0.19800.',
    );
  });

  it('says what the machine offers, and sets nothing up that does not fit', async () => {
    const report = await library.doctorReport({ device: 'cpu' });
    expect(library.doctorText(report)).toContain('cpu');
    const source = { spec: 'none', integrity: 'none', runtimeVersion: '0.0.0', folder: 'none' };
    const setup = library.setupCuda({ cuda: 13, gpus: library.readMachineGpus, source });
    await expect(setup).rejects.toBeInstanceOf(BaremarkError);
    expect(await library.launchNeeds(plan('any', 1))).toBeUndefined();
  }, 60_000);

  it('lists models and options, and builds a model', async () => {
    const names = library.readCatalogue().flatMap(library.benchmarksOf);
    expect(names.map(({ name }) => name)).toContain('bert-99.9');
    expect(library.optionNames.map((name) => library.optionDef(name).help)).not.toContain('');
    expect(library.planNames()).toContain('quick');
    const { model } = library.findBenchmark('bert-tiny', 'the model');
    const graph = { ...model.graph!, layers: 1, hidden: 16, heads: 2, intermediate: 16, vocabSize: 30 };
    const file = await library.ensureModel(graph as library.GraphSpec, join(folder, 'models'));
    expect(existsSync(file.path)).toBe(true);
  });
});

/** What a module of the command line takes from other rooms: values only, also those that it loads when used. */
function takenFrom(path: string): { name: string; module: string }[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const taken: { name: string; module: string }[] = [];
  const take = (specifier: string, names: readonly string[]) => {
    if (!specifier.startsWith('.')) return;
    const module = relative(root, resolve(dirname(path), specifier)).replace(/\.js$/, '.ts');
    if (!/^(cli|base)\//.test(module)) taken.push(...names.map((name) => ({ name, module })));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && !node.importClause?.isTypeOnly) {
      const named = node.importClause?.namedBindings;
      if (named && ts.isNamedImports(named))
        take(
          (node.moduleSpecifier as ts.StringLiteral).text,
          named.elements.filter((one) => !one.isTypeOnly).map((one) => (one.propertyName ?? one.name).text),
        );
    }
    if (
      ts.isVariableDeclaration(node) &&
      ts.isObjectBindingPattern(node.name) &&
      node.initializer &&
      ts.isAwaitExpression(node.initializer) &&
      ts.isCallExpression(node.initializer.expression) &&
      node.initializer.expression.expression.kind === ts.SyntaxKind.ImportKeyword
    )
      take(
        (node.initializer.expression.arguments[0] as ts.StringLiteral).text,
        node.name.elements.map((one) => (one.propertyName ?? one.name).getText()),
      );
    ts.forEachChild(node, visit);
  };
  visit(source);
  return taken;
}

const root = fileURLToPath(new URL('../src', import.meta.url));

describe('the command line', () => {
  const files = readdirSync(join(root, 'cli'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );

  it.each(files)('has nothing of baremark that the library does not export: cli/%s', async (file) => {
    const missing: string[] = [];
    for (const { name, module } of takenFrom(join(root, 'cli', file))) {
      const own = ((await import(/* @vite-ignore */ join(root, module))) as Record<string, unknown>)[name];
      expect(own, `${name} of ${module}`).toBeDefined();
      if ((library as Record<string, unknown>)[name] !== own) missing.push(`${name} of ${module}`);
    }
    expect(missing).toEqual([]);
  });

  it('is seen taking from other rooms', () => {
    expect(takenFrom(join(root, 'cli', 'running', 'run-command.ts'))).toEqual(
      expect.arrayContaining([
        { name: 'preparePlan', module: 'plan/prepare.ts' },
        { name: 'runPlan', module: 'run/index.ts' },
      ]),
    );
  });
});
