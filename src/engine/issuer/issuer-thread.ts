/** Entry of the issuer's worker thread. */
import { parentPort } from 'node:worker_threads';
import { monotonicNs } from '../clock.js';
import { cell, wake } from '../control.js';
import type { FromIssuer, IssuerPhase, ToIssuer } from '../messages.js';
import { threadError } from '../thread-error.js';
import { issueScheduled, issueStream } from './issuer.js';
import { prepareToWait, type WaitPlan } from './waiting.js';

const port = parentPort!;
const say = (message: FromIssuer) => port.postMessage(message);

/** Time between "go" and the phase's time 0, so that everyone is back at its post. */
const leadNs = 5e6;

let armed: { phase: IssuerPhase; wait: WaitPlan } | undefined;

function runPhase({ phase, wait }: { phase: IssuerPhase; wait: WaitPlan }): void {
  const { record, control, limits } = phase;
  const zero = monotonicNs() + leadNs;
  control.times[0] = zero;
  const now = () => monotonicNs() - zero;
  while (now() < 0);
  const report = phase.stream
    ? issueStream(record, control, limits, now, phase.wait.freeCores >= 1 ? 50_000 : 0)
    : issueScheduled(record, control, limits, wait, phase.coalesce, now);
  Atomics.store(control.cells, cell.closed, 1);
  wake(control.cells, Number.POSITIVE_INFINITY);
  say({ type: 'issued', report });
}

port.on('message', (message: ToIssuer) => {
  try {
    if (message.type === 'phase') {
      armed = { phase: message.phase, wait: prepareToWait(message.phase.wait) };
      say({ type: 'armed', waitMode: armed.wait.mode });
    } else if (message.type === 'go' && armed) runPhase(armed);
    else if (message.type === 'close') port.close();
  } catch (error) {
    say({ type: 'error', error: threadError(error) });
  }
});
