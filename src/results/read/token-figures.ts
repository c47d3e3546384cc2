/** Reads what LoadGen's summary adds where a benchmark's answers are tokens (`use_token_latencies`), as for Llama and Whisper. */
import type { Scenario } from '../../loadgen/settings/settings.js';
import type { percentileNames } from './percentile-names.js';

/** Nanoseconds, by `mean` and LoadGen's names of the percentiles. */
export type TokenLatencies = Readonly<Record<'mean' | (typeof percentileNames)[number], number>>;

export interface TokenFigures {
  /** Absent in MultiStream, which prints none. */
  readonly tokensPerSecond?: number;
  /** Time to the first token, and time per output token after it; none in Offline, where nobody waits for a token. */
  readonly ttftNs?: TokenLatencies;
  readonly tpotNs?: TokenLatencies;
  /** The bounds of both, nanoseconds; they are printed in place of a latency bound. */
  readonly ttftBoundNs: number;
  readonly tpotBoundNs: number;
}

/** The summary prints these bounds only for a benchmark of tokens. */
export function hasTokens(fields: ReadonlyMap<string, string>): boolean {
  return fields.has('ttft_latency (ns)') && fields.has('tpot_latency (ns)');
}

/** `need` throws where a field is missing or no number. */
export function readTokens(scenario: Scenario, need: (name: string) => number): TokenFigures {
  const rate = rateNames[scenario];
  const latencies = (mean: string, percentile: string): TokenLatencies => ({
    mean: need(`Mean ${mean} (ns)`),
    '50.00': need(`50.00 percentile ${percentile} (ns)`),
    '90.00': need(`90.00 percentile ${percentile} (ns)`),
    '95.00': need(`95.00 percentile ${percentile} (ns)`),
    '97.00': need(`97.00 percentile ${percentile} (ns)`),
    '99.00': need(`99.00 percentile ${percentile} (ns)`),
    '99.90': need(`99.90 percentile ${percentile} (ns)`),
  });
  return {
    tokensPerSecond: rate === undefined ? undefined : need(rate),
    ...(scenario !== 'Offline' && {
      ttftNs: latencies('First Token latency', 'first token latency'),
      tpotNs: latencies('Time to Output Token', 'time to output token'),
    }),
    ttftBoundNs: need('ttft_latency (ns)'),
    tpotBoundNs: need('tpot_latency (ns)'),
  };
}

const rateNames: Readonly<Record<Scenario, string | undefined>> = {
  Offline: 'Tokens per second',
  Server: 'Completed tokens per second',
  SingleStream: 'TPS w/ loadgen overhead',
  MultiStream: undefined,
};
