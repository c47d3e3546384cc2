/** A value that was measured, or the reason why there is none. Unknown is never 0 or ''. */

export type Measured<T> = { readonly value: T } | { readonly unavailable: string };

export function measured<T>(value: T): Measured<T> {
  return { value };
}

/** `why` completes the sentence "unavailable because ...". */
export function unavailable(why: string): { readonly unavailable: string } {
  return { unavailable: why };
}

/** The value, or undefined if there is none. */
export function known<T>(field: Measured<T>): T | undefined {
  return 'value' in field ? field.value : undefined;
}

/** Measured if there is a value, otherwise unavailable for this reason. */
export function orUnavailable<T>(value: T | undefined, why: string): Measured<T> {
  return value === undefined ? unavailable(why) : measured(value);
}
