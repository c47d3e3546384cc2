/** Student's t distribution for any positive degrees of freedom; simple-statistics has none. */
import { gammaln } from 'simple-statistics';

/**
 * P(T ≤ t) for `df` > 0 degrees of freedom, to about 1e-12.
 * By the regularized incomplete beta function: 1 − I(df/(df+t²); df/2, 1/2) / 2 for t ≥ 0.
 */
function tCdf(t: number, df: number): number {
  const x = df / (df + t * t);
  const tail = incompleteBeta(x, df / 2, 0.5) / 2;
  return t >= 0 ? 1 - tail : tail;
}

/** The t with P(T ≤ t) = `p`, for 0 < p < 1 and `df` > 0. */
export function tQuantile(p: number, df: number): number {
  if (p === 0.5) return 0;
  if (p < 0.5) return -tQuantile(1 - p, df);
  let low = 0;
  let high = 1;
  while (tCdf(high, df) < p) {
    low = high;
    high *= 2;
  }
  while (high - low > 1e-11 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (tCdf(middle, df) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularized incomplete beta function I(x; a, b), by its continued fraction (NIST DLMF 8.17.22). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast only on this side; the symmetry I(x; a, b) = 1 − I(1−x; b, a) gives the other.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(
    gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log1p(-x) - Math.log(a),
  );
  return front / continuedFraction(x, a, b);
}

/** 1 + d1/(1 + d2/(1 + …)), from the front (modified Lentz). */
function continuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let value = 1;
  let numerator = 1;
  let denominator = 0;
  for (let step = 1; step < 500; step++) {
    const m = Math.floor(step / 2);
    const d =
      step % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    denominator = 1 / nonZero(1 + d * denominator, tiny);
    numerator = nonZero(1 + d / numerator, tiny);
    const change = numerator * denominator;
    value *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return value;
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
