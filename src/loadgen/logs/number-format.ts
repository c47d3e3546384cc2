/** Numbers as C++ streams print them, which is how LoadGen's logs show them. */

/** A double with the stream's default six significant digits, e.g. 333.333, 1e+06, 0.99. */
export function formatReal(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  if (value === 0) return '0';
  const [digits, exponentText] = value.toExponential(5).split('e') as [string, string];
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return withoutTrailingZeros(value.toFixed(5 - exponent));
  const sign = exponent < 0 ? '-' : '+';
  return `${withoutTrailingZeros(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function withoutTrailingZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A double with a fixed number of decimals. */
export function formatFixed(value: number, decimals: number): string {
  return Number.isFinite(value) ? value.toFixed(decimals) : formatReal(value);
}
