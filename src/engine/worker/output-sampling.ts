/** Which batches' outputs are checked while the clock runs: as many as cost next to no time, or all of them in the warm-up. */
import type { Batch, Session } from '../../backends/backend.js';
import { notOutputs, outputProblem } from '../../backends/output-check.js';

/** Share of a phase's time that the checks may take. */
const timeShare = 0.001;

export interface OutputCheck {
  /**
   * What is wrong with a batch's outputs; undefined where nothing is or it was not looked at. The first batch always is.
   * @param atNs phase nanoseconds
   */
  problem(batch: Batch, outputs: unknown, atNs: number): string | undefined;
}

/** @param now phase nanoseconds */
export function outputCheck(session: Session, everyBatch: boolean, now: () => number): OutputCheck {
  const nothing = session.outputs.length === 0;
  let spentNs = 0;
  return {
    problem(batch, outputs, atNs) {
      if (nothing || (!everyBatch && spentNs > timeShare * atNs)) return notOutputs(outputs);
      const problem = outputProblem(session, batch, outputs);
      spentNs += now() - atNs;
      return problem;
    },
  };
}
