import { expect, it } from 'vitest';
import { commandLine, tunedRunLine } from '../../../src/cli/command-line.js';
import { commands, guessed } from '../../../src/cli/commands.js';
import { tunedOptions } from '../../../src/plan/options/tune.js';

it('names no absolute path as the way to make a report again', () => {
  const args = [
    'compare',
    '/home/me/work/results/a',
    '../b',
    '--html=/home/me/my report.html',
    '--margin',
    '5%',
  ];
  expect(commandLine(args, '/home/me/work')).toBe(
    "baremark compare results/a ../b '--html=../my report.html' --margin 5%",
  );
});

it('gives the whole command that runs with what tune found', () => {
  const options = { model: 'bert-99', device: 'cuda:0', 'graph-option': ['fused=true', 'a=b c'] };
  for (const name of Object.keys(options)) expect(tunedOptions).toHaveProperty(name);
  expect(tunedRunLine(options, 'my tuned.json')).toBe(
    "baremark run --model bert-99 --device cuda:0 --graph-option fused=true --graph-option 'a=b c' " +
      "--scenario Offline,Server --tuned 'my tuned.json'",
  );
});

it('knows what other tools call its commands, and only words that are no commands', () => {
  for (const word of ['devices', 'GPUs', 'bench', 'results', 'diff', 'install']) {
    const guess = guessed(word)!.split(' ')[0]!;
    expect(commands).toHaveProperty(guess);
  }
  for (const name of Object.keys(commands)) expect(guessed(name)).toBeUndefined();
  expect(guessed('constructor')).toBeUndefined();
});
