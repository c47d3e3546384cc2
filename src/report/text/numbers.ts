/** Numbers and unknown values as text, the same in every report. */
import type { Measured } from '../../base/measured.js';
import type { Outcome } from '../../results/types.js';

/** A figure with four significant digits or one decimal, whichever is more precise: 8465.6, 84.32, 0.01235. */
export function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return String(value);
  if (Math.abs(value) >= 1000) return value.toFixed(1);
  return String(+value.toPrecision(4));
}

/** A ratio to three decimals. */
export function ratioText(ratio: number | undefined): string {
  return ratio === undefined || !Number.isFinite(ratio) ? '–' : ratio.toFixed(3);
}

/** A fraction of 1 as a whole percentage. */
export function percentText(share: number | undefined): string {
  return share === undefined ? '–' : `${Math.round(share * 100)}%`;
}

/** A measured text, or `unknown because …`. */
export function measuredText(field: Measured<string | number>): string {
  if ('unavailable' in field) return `unknown because ${field.unavailable}`;
  return typeof field.value === 'number' ? figure(field.value) : field.value;
}

/** VALID, or INVALID or ABORTED. */
export function outcomeText({ kind }: Pick<Outcome, 'kind'>): string {
  return kind.toUpperCase();
}

/** Why it is not VALID; empty where it is. */
export function outcomeReasons(outcome: Outcome): readonly string[] {
  return outcome.kind === 'valid' ? [] : outcome.reasons;
}
