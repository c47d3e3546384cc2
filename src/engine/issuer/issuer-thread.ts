/** Entry of the issuer's worker thread. */
import { parentPort } from 'node:worker_threads';
import { isStream } from '../../loadgen/settings/settings.js';
import { monotonicNs } from '../clock.js';
import { closeIssuing, setStartNs } from '../control.js';
import type { FromIssuer, IssuerPhase, ToIssuer } from '../messages.js';
import { issueScheduled, issueStream } from './issuer.js';
import { prepareToWait, type WaitPlan } from './waiting.js';

const port = parentPort!;
const say = (message: FromIssuer) => port.postMessage(message);

/** Time between "go" and the phase's time 0, so that every thread is ready again. */
const leadNs = 5e6;

/** How long to spin for a completion before sleeping, where a core is free for that. */
const streamSpinNs = 50_000;

let armed: { phase: IssuerPhase; wait: WaitPlan } | undefined;

function runPhase({ phase, wait }: { phase: IssuerPhase; wait: WaitPlan }): void {
  const { control, limits } = phase;
  const zero = monotonicNs() + leadNs;
  setStartNs(control, zero);
  const now = () => monotonicNs() - zero;
  while (now() < 0);
  const report = isStream(limits.scenario)
    ? issueStream(phase, phase.wait.freeCores >= 1 ? streamSpinNs : 0, now)
    : issueScheduled(phase, wait, now);
  closeIssuing(control);
  say({ type: 'issued', report });
}

// Nothing is caught: an error ends the thread, which the pool reports as a fault of the run.
port.on('message', (message: ToIssuer) => {
  if (message.type === 'phase') {
    armed = { phase: message.phase, wait: prepareToWait(message.phase.wait) };
    say({ type: 'armed', waitMode: armed.wait.mode });
  } else if (message.type === 'go' && armed) runPhase(armed);
  else if (message.type === 'close') port.close();
});
