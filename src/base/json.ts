/** JSON of anything that baremark prints. */

/** Indented JSON; seeds beyond the reach of a double become decimal strings. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item), 2);
}
