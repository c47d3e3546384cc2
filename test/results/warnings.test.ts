import { expect, it } from 'vitest';
import { type LatenessCause, worded } from '../../src/results/document/warnings.js';

it.each<[LatenessCause[], string]>([
  [[], 'something else on this machine took its core'],
  [
    [{ kind: 'no-free-core' }, { kind: 'no-real-time-priority' }],
    'inference uses every core, so the issuer had to share one; it has no privilege for real-time priority',
  ],
  [[{ kind: 'stolen-time', cores: 0.25 }], "the hypervisor gave 0.25 cores' worth of time to others"],
])('words a late issuer with its causes %#', (causes, text) => {
  expect(worded({ kind: 'issuer-late', share: 0.05, causes })).toEqual({
    kind: 'issuer-late',
    share: 0.05,
    causes,
    message: `The issuer was late by more than 1% of the latency bound for 5.0% of the queries (${text}).`,
  });
});

it('words a verdict that lateness may have decided, and faulty answers by their own sentence', () => {
  expect(worded({ kind: 'verdict-by-lateness', missedByNs: 1e6, lateP99Ns: 3e6, causes: [] }).message).toBe(
    'The latency bound was missed by 1.00 ms while the issuer was up to 3.00 ms late at p99: its lateness may have decided the verdict (something else on this machine took its core).',
  );
  const message = '1 sample has no response: sample 7.';
  const problem = { kind: 'missing', count: 1, samples: [7], message } as const;
  expect(worded({ kind: 'faulty-answers', problem })).toEqual({ kind: 'faulty-answers', problem, message });
});
