/** Whether the terminal shows more characters than those of ASCII. */

/** True where the locale names another character set than UTF-8, or the terminal has few glyphs; unknown counts as Unicode. */
export function isAsciiOnly(env: Readonly<Record<string, string | undefined>>): boolean {
  if (/^(dumb|linux|vt\d)/.test(env.TERM ?? '')) return true;
  // The first that is set decides, as in POSIX; an empty one counts as not set.
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return locale !== undefined && locale !== '' && !/utf-?8/i.test(locale);
}
