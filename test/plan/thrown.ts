import { BaremarkError } from '../../src/base/errors.js';

/** The code and sentence of the `BaremarkError` that this throws; fails the test where it throws another or none. */
export function thrown(action: () => unknown): { code: string; message: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof BaremarkError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
}
