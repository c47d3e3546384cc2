import { describe, expect, it } from 'vitest';
import { isAsciiOnly } from '../../../src/cli/output/character-set.js';

describe('a terminal shows ASCII alone', () => {
  it.each<[Record<string, string>, boolean]>([
    [{}, false],
    [{ TERM: 'xterm-256color', LANG: 'en_US.UTF-8' }, false],
    [{ LANG: 'C.utf8' }, false],
    [{ LANG: 'C' }, true],
    [{ LANG: 'en_US.ISO-8859-1' }, true],
    [{ LANG: 'C', LC_CTYPE: 'C.UTF-8' }, false],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'POSIX' }, true],
    [{ LANG: 'en_US.UTF-8', LC_ALL: '' }, false],
    [{ LANG: '' }, false],
    [{ TERM: 'linux', LANG: 'en_US.UTF-8' }, true],
    [{ TERM: 'dumb' }, true],
  ])('with %j: %s', (env, ascii) => expect(isAsciiOnly(env)).toBe(ascii));
});
