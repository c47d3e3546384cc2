import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { optionNames } from '../../src/plan/options/table.js';
import { baremark } from './baremark.js';

const cwd = tmpdir();

describe('help', () => {
  it.each([
    [['--help']],
    [['run', '--help']],
    [['peak', '--help']],
    [['models', '--help']],
    [['models', 'build', '--help']],
    [['datasets', '--help']],
    [['datasets', 'check', '--help']],
    [['compare', '--help']],
    [['report', '--help']],
    [['tune', '--help']],
    [['simulate', '--help']],
    [['audit', '--help']],
    [['doctor', '--help']],
    [['setup', 'cuda', '--help']],
  ])('%j fits 80 columns and ends with 0', async (args) => {
    const { code, stdout, stderr } = await baremark(cwd, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: baremark/);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('of run names every option once', async () => {
    const { stdout } = await baremark(cwd, 'run', '--help');
    const named = [...stdout.matchAll(/^ {2}--([a-z-]+)/gm)].map((match) => match[1]);
    expect(named.toSorted()).toEqual(optionNames.toSorted());
  });

  it('of peak names them, but for the mode', async () => {
    const { stdout } = await baremark(cwd, 'peak', '--help');
    const named = [...stdout.matchAll(/^ {2}--([a-z-]+)/gm)].map((match) => match[1]);
    expect(named.toSorted()).toEqual(optionNames.filter((name) => name !== 'mode').toSorted());
  });

  it('of tune names what it takes of run, and what it tries', async () => {
    const { stdout } = await baremark(cwd, 'tune', '--help');
    const named = [...stdout.matchAll(/^ {2}--([a-z-]+)/gm)].map((match) => match[1]);
    expect(named).toEqual([
      ...['model', 'dataset', 'model-file', 'precision', 'graph-option'],
      ...['backend', 'backend-option', 'device', 'target-latency'],
      ...['batches', 'instances', 'waits', 'probe-duration', 'out-file'],
    ]);
  });

  it.each(['run', 'tune'])('of %s names the built-in backends and their devices', async (command) => {
    const { stdout } = await baremark(cwd, command, '--help');
    expect(stdout).toMatch(/^ {2}onnxruntime {2}cpu, cuda:0, .*webgpu$/m);
    expect(stdout).toMatch(/^ {2}simulated {4}cpu$/m);
  });
});

describe('lists', () => {
  it('of models name benchmarks and sizes', async () => {
    const { code, stdout } = await baremark(cwd, 'models', 'list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^bert-large +bert-99, bert-99\.9 /m);
    expect(stdout).toMatch(/^ssd-resnet34-small /m);
    expect(stdout).toMatch(
      /^ssd-mobilenet: trained weights, Apache-2\.0,\n.*\n {2}(pulled|not pulled yet: baremark)/m,
    );
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('of models as JSON', async () => {
    const { stdout } = await baremark(cwd, 'models', 'list', '--json');
    const names = (JSON.parse(stdout) as { model: { name: string } }[]).map(({ model }) => model.name);
    expect(names).toContain('bert-tiny');
  });

  it('of data sets', async () => {
    const { code, stdout } = await baremark(cwd, 'datasets', 'list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^squad .*10,833/m);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('--dry-run', () => {
  it('prints what would run', async () => {
    const { code, stdout } = await baremark(
      cwd,
      'run',
      'quick',
      '--model=bert-tiny,ssd-resnet34-small',
      '--dry-run',
      '--system',
      'mine',
      '--repeat',
      '2',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^quick: 8 runs, 2 repeats, onnxruntime on cpu\n/);
    expect(stdout).toMatch(/results would go to results\/mine\n/);
    expect(stdout.match(/^bert-tiny +Server +performance /gm)).toHaveLength(2);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('of peak prints the Server runs of a plan, with how closely and how long each is searched', async () => {
    const args = ['peak', 'quick', '--precision-of-peak', '1.5%', '--budget', '90s', '--dry-run'];
    const { code, stdout } = await baremark(cwd, ...args, '--system', 'mine');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^quick: 2 runs, onnxruntime on cpu\n/);
    expect(stdout).toMatch(/^bert-tiny +Server +peak +±1\.5%, 90 s +25 s, 662 queries/m);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('prints JSON alone, with seeds whole', async () => {
    const { stdout, stderr } = await baremark(cwd, 'run', 'mlperf-v6.1', '--dry-run', '--json');
    expect(stderr).toBe('');
    const plan = JSON.parse(stdout) as { runs: { settings: { scheduleRngSeed: string } }[] };
    expect(plan.runs).toHaveLength(4);
    expect(plan.runs[0]!.settings.scheduleRngSeed).toBe('16159082839903944936');
  });

  it('of an audit prints what would be audited and runs nothing; what is idle is told on standard error', async () => {
    const args = ['audit', '--model', 'bert-tiny', '--scenario', 'Offline,Server', '--max-wait', '2ms'];
    const { code, stdout, stderr } = await baremark(cwd, ...args, '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^options: 2 runs, onnxruntime on cpu\n/);
    expect(stderr).toBe(
      'baremark: warning: --max-wait has an effect in Server alone; the other runs ignore it.\n',
    );
    const json = await baremark(cwd, ...args, '--dry-run', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      runs: [{ scenario: 'Offline' }, { scenario: 'Server' }],
    });
  });
});
