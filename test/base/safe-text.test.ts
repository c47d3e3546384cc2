import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { toJson } from '../../src/base/json.js';
import { csv } from '../../src/base/text/csv.js';
import {
  clipped,
  csvCell,
  htmlText,
  linesText,
  lineText,
  markdownText,
  sentenceText,
} from '../../src/base/text/safe.js';

/** Characters that act on a terminal or on the text around them, by name. */
const acting = {
  'an escape sequence': '\u001b[2J',
  'a carriage return': '\r',
  'a backspace': '\b',
  'a bell': '\u0007',
  delete: '\u007f',
  "C1's control sequence": '\u009b31m',
  'next line': '\u0085',
  'a line separator': '\u2028',
  'a paragraph separator': '\u2029',
  'a right-to-left override': '\u202e',
  'an isolate': '\u2066',
  'a right-to-left mark': '\u200f',
  'an Arabic letter mark': '\u061c',
  'a zero width space': '\u200b',
  'a byte order mark': '\ufeff',
  'a tag character': '\u{e0041}',
  'half of a surrogate pair': '\ud800',
};
const cases = Object.entries(acting);
const first = (text: string) => [...text][0]!;

describe('text of others', () => {
  it.each(cases)('loses %s on a terminal', (_, text) => {
    expect(lineText(`a${text}b`)).not.toContain(first(text));
    expect(lineText(`a${first(text)}b`)).toBe('a b');
    expect(linesText(`a${first(text)}b`)).toBe('a\ufffdb');
  });

  it.each(cases)('loses %s in HTML and Markdown, and has it escaped in JSON', (_, text) => {
    const found = first(text);
    expect(htmlText(`a${found}b`)).toBe('a\ufffdb');
    expect(markdownText(`a${found}b`)).toBe('a b');
    const json = toJson({ name: `a${found}b` });
    expect(json).not.toContain(found);
    expect(JSON.parse(json)).toEqual({ name: `a${found}b` });
  });

  it('keeps letters of every script, and the lines and tabs of what has several', () => {
    const words = 'é ß Ω ж 漢字 עברית العربية 🙂 –';
    for (const show of [lineText, linesText, htmlText, markdownText]) expect(show(words)).toBe(words);
    expect(linesText('a\n\tb')).toBe('a\n\tb');
    expect(lineText('a\r\n\tb')).toBe('a b');
  });

  it('is escaped as markup', () => {
    expect(htmlText(`<a href="x" title='y'>&`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;');
    expect(markdownText('a|b *c* <d> [e](f)')).toBe('a\\|b \\*c\\* &lt;d&gt; \\[e\\](f)');
  });
});

describe('a sentence', () => {
  it('is one line, and loses its middle where it is longer than a screen', () => {
    expect(sentenceText('one\n  two\u001b[31m')).toBe('one two [31m');
    const long = `start ${'x'.repeat(10_000_000)} fix.`;
    const shown = sentenceText(long);
    expect(shown).toMatch(/^start x+ \[… \d+ characters …\] x+ fix\.$/);
    expect(shown.length).toBeLessThan(2100);
    expect(clipped('x'.repeat(2000))).toHaveLength(2000);
  });
});

describe('a cell of CSV', () => {
  it.each([
    '=1+1',
    '+1',
    '-1',
    '@a',
    '\t=1',
    '\r=1',
    '\n=1',
    '\ufeff=1',
    ' =1',
    '\u202e\n =1',
    '\u200b@a',
    '\uff1d1',
    '\tx',
  ])('%j is no formula', (text) => {
    expect(csvCell(text)).toBe(`'${text}`);
    expect(parse(csv(['name'], [[text]]))).toEqual([['name'], [`'${text}`]]);
  });

  it.each(['bert-99', 'a=1', 'NVIDIA A100', '–', '', ' x', '\nx', "'=1"])('%j is as it was', (text) =>
    expect(csvCell(text)).toBe(text),
  );

  it('leaves numbers alone, and what is not there empty', () => {
    expect(csv(['a', 'b', 'c'], [[-1.5, undefined, '-1.5']])).toBe("a,b,c\n-1.5,,'-1.5\n");
  });
});
