/** The interval of a ratio as text. */
import type { Interval } from '../../compare/types.js';

/** `0.981–0.998`, or – where there is none; a within-run interval is marked. */
export function intervalText(interval: Interval): string {
  if (interval.kind === 'none') return '–';
  const text = `${interval.low.toFixed(3)}–${interval.high.toFixed(3)}`;
  return interval.kind === 'within-run only' ? `(${text})` : text;
}

/** What an interval leaves out. */
export function intervalWithin(interval: Interval): string {
  return interval.kind === 'within-run only' ? ', within each run only and not between runs' : '';
}
