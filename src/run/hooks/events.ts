/** Reports events to a caller whose function may throw: the runs go on, are written, and the caller gets its error at the end. */
import { BaremarkError, messageOf } from '../../base/errors.js';
import type { RunEvent, RunHooks } from '../types.js';

export interface GuardedEvents {
  readonly onEvent: RunHooks['onEvent'];
  /** @throws BaremarkError BAD_CALLBACK where the caller's function has thrown */
  rethrow(): void;
}

export function guardedEvents(onEvent: RunHooks['onEvent']): GuardedEvents {
  let first: { readonly error: unknown; readonly type: RunEvent['type'] } | undefined;
  return {
    onEvent: (event) => {
      const note = (error: unknown) => {
        first ??= { error, type: event.type };
      };
      try {
        // An async function throws later, and nobody else would catch it.
        Promise.resolve(onEvent(event) as unknown).catch(note);
      } catch (error) {
        note(error);
      }
    },
    rethrow: () => {
      if (!first) return;
      const { error, type } = first;
      throw new BaremarkError(
        'BAD_CALLBACK',
        `onEvent threw "${messageOf(error)}" at an event of type '${type}'; the runs went on and are written, so mend the function and read their results.`,
        { cause: error },
      );
    },
  };
}
