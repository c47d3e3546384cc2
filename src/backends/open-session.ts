/** Opens a session, and says in one sentence what a user's backend did where it opened none. */
import { BaremarkError, messageOf } from '../base/errors.js';
import type { Backend, OpenRequest, Session } from './backend.js';
import { builtInProfile } from './built-in.js';
import { sessionProblem } from './session-check.js';

/**
 * @param given what the user calls the backend
 * @throws BaremarkError `BAD_BACKEND` for what a user's backend throws or gives in place of a session; what a built-in
 * one throws is passed on, because anything but a BaremarkError is a bug of ours
 */
export async function openSession(given: string, backend: Backend, request: OpenRequest): Promise<Session> {
  const { model, device } = request;
  try {
    const opened: unknown = await backend.open(request);
    const problem = sessionProblem(opened);
    if (problem === undefined) return opened as Session;
    throw badBackend(
      `The backend ${given} opened no session that can be used: ${problem}; correct its open().`,
    );
  } catch (error) {
    if (error instanceof BaremarkError || builtInProfile(given)) throw error;
    throw badBackend(
      `The backend ${given} cannot open ${model.name} on ${device}: ${ended(messageOf(error))}`,
      error,
    );
  }
}

function badBackend(sentence: string, cause?: unknown): BaremarkError {
  return new BaremarkError('BAD_BACKEND', sentence, { cause });
}

/** The author's words with a full stop, where they have none. */
function ended(message: string): string {
  return /[.!?]$/.test(message.trim()) ? message : `${message}.`;
}
