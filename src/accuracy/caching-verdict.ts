/** MLPerf's caching audit: one sample repeated must not be answered much faster than different ones. */

/** How much faster the repeated sample may be: 10%, as MLPerf's compliance TEST04 allows. */
const cachingAllowance = 0.1;

export interface CachingVerdict {
  /** Repeated ÷ unique throughput; for latencies, unique ÷ repeated latency. */
  readonly speedup: number;
  readonly passed: boolean;
  /** One sentence for a person. */
  readonly message: string;
}

/**
 * Judges a run with `performance_issue_unique` against one with `performance_issue_same`; both results in the
 * scenario's unit: `samples/s` (more is better) or `ms` (less is better), both above 0.
 */
export function cachingVerdict(unique: number, same: number, unit: 'samples/s' | 'ms'): CachingVerdict {
  const speedup = unit === 'ms' ? unique / same : same / unique;
  const passed = speedup <= 1 + cachingAllowance;
  const change = Math.abs(speedup - 1) * 100;
  const how = `${change.toFixed(1)}% ${speedup >= 1 ? 'faster' : 'slower'}`;
  return {
    speedup,
    passed,
    message:
      `One repeated sample is answered ${how} than different ones (${digits(same)} against ${digits(unique)} ${unit}); ` +
      (passed
        ? 'no sign of caching.'
        : `more than ${cachingAllowance * 100}% faster means that answers are cached, which MLPerf forbids.`),
  };
}

/** Four significant digits, or all of those before the point. */
function digits(value: number): string {
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(+value.toPrecision(4));
}
