import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { baremark } from './baremark.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'baremark-cli-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Ends with code 2, one sentence, nothing on standard output and nothing written. */
async function refused(...args: readonly string[]): Promise<string> {
  const before = readdirSync(dir);
  const { code, stdout, stderr } = await baremark(dir, ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^baremark: [^\n]+[.?]\n$/);
  expect(readdirSync(dir)).toEqual(before);
  return stderr.slice('baremark: '.length).trimEnd();
}

const server = ['run', '--model', 'bert-tiny', '--scenario', 'Server'];

describe('one sentence and exit code 2 for', () => {
  it.each([
    [
      ['--model', 'bret-99'],
      '--model is "bret-99", which is not a known model or benchmark; did you mean bert-99?',
    ],
    [
      ['--scenario', 'Sever'],
      '--scenario is "Sever"; it must be Offline, Server, SingleStream or MultiStream (did you mean Server?).',
    ],
    [
      ['--backend', 'onnxruntim'],
      '--backend is "onnxruntim", which is neither a built-in backend nor an installed package; did you mean onnxruntime?',
    ],
    [['--device', 'gpu'], '--device is "gpu", which onnxruntime does not have; did you mean cpu?'],
    [['--device', 'cpu:1'], '--device is "cpu:1", but cpu takes no number; write cpu.'],
    [
      ['--device', 'cuda:'],
      '--device is "cuda:"; write which after the colon, as in cuda:0, cuda:0,1, cuda:all or cuda:GPU-….',
    ],
    [['--target-qps', '0'], '--target-qps is "0"; it must be auto or a number above 0.'],
    [['--target-qps', '-5'], '--target-qps is "-5"; it must be auto or a number above 0.'],
    [['--target-qps', 'NaN'], '--target-qps is "NaN"; it must be auto or a number above 0.'],
    [['--max-batch', '0'], '--max-batch is "0"; it must be auto or a whole number from 1 to 65536.'],
    [['--instances', '1.5'], '--instances is "1.5"; it must be auto or a whole number from 1 to 1024.'],
    [
      ['--min-duration', '10 minutes'],
      '--min-duration is "10 minutes"; it must be a duration such as 600 (seconds), 500ms, 10m or 1h.',
    ],
    [
      ['--min-duration', '2496.1h'],
      '--min-duration is "2496.1h"; it must be at most 2496h, which is 104 days: a run\'s clock counts nanoseconds exactly no longer.',
    ],
    [
      ['--max-wait', '9000000'],
      '--max-wait is "9000000"; it must be at most 2496h, which is 104 days: a run\'s clock counts nanoseconds exactly no longer.',
    ],
    [['--min-queries', '0'], '--min-queries is "0"; it must be a whole number of at least 1.'],
    [
      ['--latency-percentile', '99'],
      '--latency-percentile is "99"; it must be a number above 0 and below 1.',
    ],
    [['--mode', 'fast'], '--mode is "fast"; it must be performance, accuracy, submission or peak.'],
    [
      ['--buckets', '128,64'],
      expect.stringMatching(/^--buckets is "128,64"; it must be ascending whole numbers/),
    ],
    [
      ['--backend-option', 'threads'],
      expect.stringMatching(/^--backend-option is "threads"; it must be key=value pairs/),
    ],
    [['--system', '../x'], expect.stringMatching(/^--system is "\.\.\/x"; it must be a folder name: /)],
    [
      ['--precision', 'int8'],
      expect.stringMatching(/^--precision is int8, but bert-large is built in fp32 or fp16; /),
    ],
  ])('run with %j', async (flags, sentence) => {
    const model =
      flags[0] === '--precision' ? ['run', '--model', 'bert-large', '--scenario', 'Server'] : server;
    expect(await refused(...model, ...flags)).toEqual(sentence);
  });

  it.each([
    [[], 'there is no --model; give the model to tune, such as --model bert-99.'],
    [
      ['--model', 'bert-tiny', '--batches', '4,2'],
      '--batches is "4,2"; it must be ascending whole numbers separated by commas, such as 1,2,4,8.',
    ],
    [
      ['--model', 'bert-tiny', '--instances', '0'],
      '--instances is "0"; it must be ascending whole numbers separated by commas, such as 1,2.',
    ],
    [
      ['--model', 'bert-tiny', '--waits', '0,x'],
      '--waits is "0,x"; it must be ascending numbers of milliseconds separated by commas, such as 0,1,2.',
    ],
    [
      ['--model', 'bert-tiny', '--waits', ''],
      '--waits is ""; it must be ascending numbers of milliseconds separated by commas, such as 0,1,2.',
    ],
    [
      ['--model', 'bert-tiny', '--graph-option', 'input=uint8-nhwc'],
      '--graph-option input has an effect on SSD built here alone, and there is no such run; remove it.',
    ],
    [
      ['--model', 'bert-tiny', '--probe-duration', '10ms'],
      '--probe-duration is "10ms"; it must be a duration of at least 100ms, such as 3 (seconds), 500ms or 1m.',
    ],
    [['--model', 'bert-tiny,bert-base'], '--model names several models; tune one at a time.'],
    [
      ['--model', 'bert-tiny', '--device', 'npu0'],
      expect.stringMatching(/^--device is "npu0", which onnxruntime does/),
    ],
  ])('tune with %j', async (flags, sentence) => {
    expect(await refused('tune', ...flags)).toEqual(sentence);
  });

  it('an absent backend module, model file, conf file and data folder', async () => {
    expect(await refused(...server, '--backend', './absent.js')).toMatch(
      /^--backend is ".*absent\.js", but there is no file .*absent\.js; give the path of a module that exports a backend\.$/,
    );
    expect(await refused(...server, '--model-file', 'absent.onnx')).toMatch(
      /^--model-file is .*absent\.onnx, which does not exist; give the path of a file\.$/,
    );
    expect(await refused(...server, '--model-file', '.')).toMatch(
      /, which is not a file; give the path of a file\.$/,
    );
    expect(await refused(...server, '--user-conf', 'absent.conf')).toMatch(
      /^--user-conf is .*absent\.conf, which does not exist; give the path of a file\.$/,
    );
    expect(await refused(...server, '--dataset', 'absent')).toMatch(
      /^--dataset is .*absent, which does not exist; give a folder\.$/,
    );
    expect(await refused(...server, '--dataset', '.')).toMatch(
      /^--dataset is .*, which has no data for the models of this plan; give a folder with dev-v1\.1\.json\.$/,
    );
  });

  it('an audit without a model, or with what an audit decides itself', async () => {
    expect(await refused('audit', '--scenario', 'Server')).toBe(
      'there is no --model; give what is audited, such as --model bert-99 --scenario Server.',
    );
    expect(await refused('audit', '--repeat', '3')).toMatch(/^unknown option '--repeat'/);
  });

  it('a conf file with a bad line', async () => {
    writeFileSync(join(dir, 'bad.conf'), '*.Server.target_qps = 10\nbert.Server.target_latency 130\n');
    expect(await refused(...server, '--user-conf', 'bad.conf')).toMatch(/bad\.conf line 2: .*target_latency/);
  });

  it('plans that are absent, malformed or have unknown keys', async () => {
    expect(await refused('run', 'quik')).toBe('there is no plan "quik"; did you mean quick?');
    expect(await refused('run', 'absent.yaml')).toMatch(/^there is no plan file absent\.yaml; give the path/);
    writeFileSync(join(dir, 'bad.yaml'), 'name: bad\nruns:\n  - model: "bert-tiny\n    scenario: Server\n');
    expect(await refused('run', 'bad.yaml')).toMatch(
      /^bad\.yaml line \d is not valid YAML: .+; correct the file\.$/,
    );
    writeFileSync(join(dir, 'bad.yaml'), 'runs:\n  - model: bert-tiny\n    scenarios: Server\n');
    expect(await refused('run', 'bad.yaml')).toBe(
      'bad.yaml line 3: there is no key "scenarios" here; did you mean scenario?',
    );
  });

  it('a run without a model, or without anything', async () => {
    expect(await refused('run')).toMatch(
      /^--model is missing; give --model and --scenario, or the name of a plan/,
    );
    expect(await refused('run', '--model', 'bert-tiny')).toMatch(/^--scenario is missing; /);
  });

  it('unknown commands, flags and arguments', async () => {
    expect(await refused('rnu')).toBe("unknown command 'rnu'; did you mean run?");
    expect(await refused('devices')).toBe("unknown command 'devices'; did you mean doctor?");
    expect(await refused('run', '--modle', 'x')).toBe(
      "unknown option '--modle'; did you mean one of --mode, --model?",
    );
    expect(await refused('run', '--model')).toMatch(
      /^option '--model <name>' argument missing; see baremark --help\.$/,
    );
    expect(await refused('run', 'quick', 'quick')).toMatch(/^too many arguments/);
    expect(await refused('models', 'lst')).toBe("unknown command 'lst'; did you mean list?");
    expect(await refused('models', 'build', 'bert-tny')).toBe(
      'the model to build is "bert-tny", which is not a known model or benchmark; did you mean bert-tiny?',
    );
    expect(await refused('datasets', 'check', 'absent')).toMatch(
      /\/absent has no data set; give a folder with/,
    );
  });

  it('comparisons, reports and set-ups of what is not there', async () => {
    expect(await refused('compare', 'absent', 'absent')).toMatch(/absent cannot be read as a results folder/);
    expect(await refused('compare', 'absent')).toMatch(/^missing required argument 'candidate'/);
    expect(await refused('compare', 'a', 'b', '--margin', '0%')).toBe(
      '--margin is "0%"; it must be a percentage above 0 and below 100, such as 5%.',
    );
    expect(await refused('report', 'absent')).toMatch(/absent cannot be read as a results folder/);
    expect(await refused('setup', 'cuda', '--cuda', '11')).toBe('--cuda is "11"; it must be 12 or 13.');
    expect(await refused('doctor', '--device', 'gpu')).toMatch(/gpu/);
  });
});
