/** The other end of `askChild`: what a process of its own says to the one that asked. */
import { messageOf } from '../../base/errors.js';
import type { ChildMessage } from './ask-child.js';

/** Does the work, tells how long it took and what it found, or why it failed, and ends this process. */
export function answerParent(work: () => Promise<object>): void {
  const started = performance.now();
  const tell = (message: ChildMessage, code: number) => process.send?.(message, () => process.exit(code));
  work().then(
    (found) => tell({ ms: performance.now() - started, ...found }, 0),
    // Its cause says what the sentence around it would only repeat.
    (error) => tell({ error: messageOf((error as Error).cause ?? error) }, 1),
  );
}
