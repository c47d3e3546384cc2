/** Entry of the issuer's worker thread. */
import { parentPort } from 'node:worker_threads';
import { isStream } from '../../loadgen/settings/settings.js';
import { monotonicNs, phaseClock } from '../clock.js';
import { closeIssuing, setStartNs } from '../control.js';
import type { FromIssuer, IssuerPhase, ToIssuer } from '../messages.js';
import { issueScheduled, issueStream } from './issuer.js';
import { rehearse } from './rehearse.js';
import { prepareToWait, type WaitPlan } from './waiting.js';

const port = parentPort!;
const say = (message: FromIssuer) => port.postMessage(message);

/** Time between "go" and the phase's time 0, so that every thread is ready again. */
const leadNs = 5e6;

/** How long to spin for a completion before sleeping, where a core is free for that. */
const streamSpinNs = 50_000;

function runPhase(phase: IssuerPhase, wait: WaitPlan): void {
  const { control, limits } = phase;
  const zero = monotonicNs() + leadNs;
  setStartNs(control, zero);
  const now = phaseClock(zero);
  while (now() < 0);
  const report = isStream(limits.scenario)
    ? issueStream(phase, phase.wait.freeCores >= 1 ? streamSpinNs : 0, now)
    : issueScheduled(phase, wait, now);
  closeIssuing(control);
  say({ type: 'issued', report });
}

/**
 * Prepares for one phase after the other, and runs each when told to go. Nothing is caught: an error ends the thread,
 * which the pool reports as a fault of the run.
 */
function serve(): void {
  let go = () => {};
  port.on('message', (message: ToIssuer) => {
    switch (message.type) {
      case 'phase': {
        const { phase } = message;
        const wait = prepareToWait(phase.wait);
        go = () => runPhase(phase, wait);
        say({ type: 'armed', waitMode: wait.mode });
        break;
      }
      case 'go':
        go();
        break;
      case 'close':
        port.close();
    }
  });
  say({ type: 'ready' });
}

rehearse();
serve();
