import { describe, expect, it } from 'vitest';
import {
  duration,
  listOf,
  numberAbove,
  numberFrom,
  oneOf,
  orAuto,
  pairs,
  rising,
  seed,
  type ValueType,
  wholeNumber,
} from '../../src/plan/values.js';

function read<T>(type: ValueType<T>, input: unknown): T | 'refused' {
  const result = type.schema.safeParse(input);
  return result.success ? result.data : 'refused';
}

describe('durations', () => {
  it.each([
    ['600', 600_000],
    [600, 600_000],
    ['600s', 600_000],
    ['10m', 600_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['0', 0],
  ])('%s is %d ms', (input, ms) => expect(read(duration(), input)).toBe(ms));

  it.each(['', '-1', '10 m', '10min', 'ten', '1e3', 'NaN', 'Infinity', '105d', '9999999h', [], {}, null])(
    '%j is none',
    (input) => expect(read(duration(), input)).toBe('refused'),
  );
});

describe('durations with a least one', () => {
  it.each([
    ['100ms', 100],
    ['0.1', 100],
    ['3', 3000],
    ['99ms', 'refused'],
    ['0', 'refused'],
  ])('%s is %s', (input, ms) => expect(read(duration(100), input)).toBe(ms));
});

describe('rising lists', () => {
  const waits = rising(listOf(numberFrom(0, 100), 'rising numbers'));
  it.each([
    ['0,0.5,10', [0, 0.5, 10]],
    [
      [1, 2],
      [1, 2],
    ],
    ['5', [5]],
    ['1,1', 'refused'],
    ['2,1', 'refused'],
    ['-1,0', 'refused'],
    ['0,101', 'refused'],
    ['', 'refused'],
  ])('%j is %j', (input, list) => expect(read(waits, input)).toEqual(list));
});

describe('numbers', () => {
  it.each([
    ['40', 40],
    [0.5, 0.5],
    ['1e3', 1000],
  ])('%s is a rate', (input, value) => expect(read(numberAbove(0), input)).toBe(value));

  it.each(['0', 0, '-5', 'NaN', Number.NaN, 'Infinity', '0x10', '', ' ', '1,5', true])(
    '%j is no rate',
    (input) => expect(read(numberAbove(0), input)).toBe('refused'),
  );

  it('keeps below a highest value', () => {
    expect(read(numberAbove(0, 1), '0.99')).toBe(0.99);
    expect(read(numberAbove(0, 1), '1')).toBe('refused');
  });

  it.each([0, '0', '-1', '1.5', 'NaN', '9007199254740993', 65_537])('%j is no batch', (input) =>
    expect(read(wholeNumber(1, 65_536), input)).toBe('refused'),
  );

  it('takes auto beside a number', () => {
    expect(read(orAuto(wholeNumber(1)), 'auto')).toBe('auto');
    expect(read(orAuto(wholeNumber(1)), '8')).toBe(8);
    expect(read(orAuto(wholeNumber(1)), 'Auto!')).toBe('refused');
  });
});

describe('seeds', () => {
  it('reach to the last of 64 bits', () => {
    expect(read(seed(), '18446744073709551615')).toBe(18446744073709551615n);
    expect(read(seed(), 16159082839903944936n)).toBe(16159082839903944936n);
    expect(read(seed(), 0)).toBe(0n);
  });

  it.each(['18446744073709551616', '-1', '1.0', '0x1', 1e21, ''])('%j is none', (input) =>
    expect(read(seed(), input)).toBe('refused'),
  );
});

describe('names, lists and pairs', () => {
  const scenarios = listOf(oneOf('Offline', 'Server'), 'a scenario');

  it('take names in any case and lists in either form', () => {
    expect(read(scenarios, 'offline,SERVER')).toEqual(['Offline', 'Server']);
    expect(read(scenarios, ['Server'])).toEqual(['Server']);
    expect(read(scenarios, [])).toBe('refused');
    expect(read(scenarios, 'Offline,')).toBe('refused');
  });

  it('read pairs into numbers, booleans and texts', () => {
    expect(read(pairs(), ['threads=2', 'instant=true', 'path=a=b', 'id=0x1'])).toEqual({
      threads: 2,
      instant: true,
      path: 'a=b',
      id: '0x1',
    });
    expect(read(pairs(), { threads: 2 })).toEqual({ threads: 2 });
    expect(read(pairs(), ['threads'])).toBe('refused');
    expect(read(pairs(), ['=2'])).toBe('refused');
  });
});
