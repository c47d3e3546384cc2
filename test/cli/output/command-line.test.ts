import { expect, it } from 'vitest';
import { commandLine } from '../../../src/cli/result-files.js';

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
