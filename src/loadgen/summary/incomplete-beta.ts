/** The regularized incomplete beta function for whole-number parameters, accurate even if they are large. */

/** I_x(a, b) for 0 < x < 1, whole a >= 0 and b >= 1: the chance of at least a successes in a + b - 1 trials of chance x. */
export function regularizedBeta(x: number, a: number, b: number): number {
  if (a === 0) return 1;
  if (x * (a + b + 2) < a + 1) return lowerTail(x, a, b);
  return 1 - lowerTail(1 - x, b, a);
}

/** The continued fraction of Numerical Recipes 6.4 (DLMF 8.17.22), by the modified Lentz method. */
function lowerTail(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 1_000_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return ((binomialMass(a, a + b, x) * b) / (a + b)) * fraction;
}

/** The binomial probability of k successes in n trials, by C. Loader's saddle-point expansion (2000), for 0 < k < n. */
function binomialMass(k: number, n: number, p: number): number {
  const exponent =
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(n - k) -
    deviance(k, n * p) -
    deviance(n - k, n * (1 - p));
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * k * (n - k)));
}

/** ln(n!) minus Stirling's formula. */
function stirlingError(n: number): number {
  if (n < 16) {
    let factorial = 1;
    for (let i = 2; i <= n; i++) factorial *= i;
    return Math.log(factorial) - ((n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI));
  }
  const s = 1 / (n * n);
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - s / 1188) * s) * s) * s) / n;
}

/** x ln(x / mean) + mean - x, without cancellation if x is near the mean. */
function deviance(x: number, mean: number): number {
  const difference = x - mean;
  if (Math.abs(difference) >= 0.1 * (x + mean)) return x * Math.log(x / mean) - difference;
  const v = difference / (x + mean);
  let sum = difference * v;
  let term = 2 * x * v;
  for (let i = 1; i < 1000; i++) {
    term *= v * v;
    const next = sum + term / (2 * i + 1);
    if (next === sum) return next;
    sum = next;
  }
  return sum;
}
