/** JSON of anything that baremark prints. */
import { jsonText } from './text/safe.js';

/** Indented JSON; seeds beyond the reach of a double become decimal strings. */
export function toJson(value: unknown): string {
  const plain = (_: string, item: unknown) => (typeof item === 'bigint' ? String(item) : item);
  return jsonText(JSON.stringify(value, plain, 2));
}
