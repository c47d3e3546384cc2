/** The schema of a figure in a document: a number, or NaN where nothing was there to be measured. */
import { z } from 'zod';

/** Any number, NaN included: JSON writes it as null, and a document has it back before it is checked. */
export const figure = z.custom<number>((value) => typeof value === 'number', 'expected a number');

/** A figure that cannot be negative. */
export const amount = z.custom<number>(
  (value) => typeof value === 'number' && !(value < 0),
  'expected a number of 0 or more',
);
