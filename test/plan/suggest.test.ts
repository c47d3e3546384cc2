import { expect, it } from 'vitest';
import { nearest, orList, suggestion } from '../../src/base/suggest.js';

const names = ['bert-99', 'bert-99.9', 'ssd-resnet34'];

it.each([
  ['bret-99', 'bert-99'],
  ['BERT-99', 'bert-99'],
  ['ssd-resnet-34', 'ssd-resnet34'],
  ['resnet', undefined],
  ['', undefined],
])('the nearest of %s is %s', (given, near) => expect(nearest(given, names)).toBe(near));

it('names the choices where none is near', () => {
  expect(suggestion('gpt', names)).toBe('choose bert-99, bert-99.9 or ssd-resnet34.');
  expect(suggestion('bert-9', names)).toBe('did you mean bert-99?');
  expect(suggestion('x', [])).toBe('there is nothing to choose from.');
  expect(orList(['a'])).toBe('a');
});
