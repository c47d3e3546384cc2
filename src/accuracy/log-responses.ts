/** The responses of an accuracy log by sample: each sample answered once, everything else named. */
import type { SampleResponse } from '../loadgen/index.js';
import { type LogSource, readAccuracyLog } from './accuracy-log.js';
import { LogProblems } from './log-problems.js';

/** Which samples of the data set have one good response. */
export interface LogResponses {
  readonly problems: LogProblems;
  /** By sample: 1 where exactly one response was given and accepted. */
  readonly good: Uint8Array;
}

/**
 * Reads a log of `samples` samples. `accept` stores one response and says whether it is usable (and names
 * what is wrong otherwise); it is called only for the first response to each sample.
 */
export async function readResponses(
  source: LogSource,
  samples: number,
  accept: (response: SampleResponse, problems: LogProblems) => boolean,
): Promise<LogResponses> {
  const problems = new LogProblems();
  const seen = new Uint8Array(samples);
  const good = new Uint8Array(samples);
  const end = await readAccuracyLog(
    source,
    (response) => {
      const { sample } = response;
      if (sample >= samples) return problems.add('unknown sample', sample);
      if (seen[sample] === 0) good[sample] = accept(response, problems) ? 1 : 0;
      else {
        // Two answers to one question are no answer, even where they are equal.
        if (seen[sample] === 1) problems.add('duplicated', sample);
        good[sample] = 0;
      }
      seen[sample] = seen[sample] === 0 ? 1 : 2;
    },
    (byte) => problems.add('unreadable', undefined, String(byte)),
  );
  if (end.kind === 'cut short') problems.add('cut short', undefined, end.why);
  for (let sample = 0; sample < samples; sample++) if (seen[sample] === 0) problems.add('missing', sample);
  return { problems, good };
}
