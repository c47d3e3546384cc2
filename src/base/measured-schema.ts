/** The schema of a `Measured` value in a file. */
import { z } from 'zod';

/** `{ value }` of this schema, or `{ unavailable }` with the reason. */
export function measuredOf<T extends z.ZodType>(value: T) {
  return z.union([z.object({ value }), z.object({ unavailable: z.string() })]);
}
