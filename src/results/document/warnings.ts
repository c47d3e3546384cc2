/** Everything a run can warn of, as a closed union with the facts of each kind, and the one place where it is worded. */
import { z } from 'zod';
import { logProblemKinds } from '../../accuracy/log-problems.js';
import type { DeepReadonly } from '../../base/deep-readonly.js';
import { amount, figure } from '../../base/figure-schema.js';

/** What is known to have made the issuer late. */
const latenessCause = z.discriminatedUnion('kind', [
  /** CPUs' worth of time that the hypervisor gave to others. */
  z.object({ kind: z.literal('stolen-time'), cores: amount }),
  z.object({ kind: z.literal('no-free-core') }),
  z.object({ kind: z.literal('no-real-time-priority') }),
]);

/** What a disturbance may have changed: only the figures, or also the verdict. Either can only have become worse. */
const affects = z.enum(['figures', 'verdict']);

const message = z.string();

export const warning = z.discriminatedUnion('kind', [
  /** The latency bound was missed by less than the issuer was late, so that its lateness may have decided the verdict. */
  z.object({
    kind: z.literal('verdict-by-lateness'),
    missedByNs: figure,
    lateP99Ns: figure,
    causes: z.array(latenessCause),
    message,
  }),
  /** Many queries were issued late. */
  z.object({
    kind: z.literal('issuer-late'),
    /** Share of the queries, 0 to 1, issued later than 1% of the latency bound. */
    share: amount,
    causes: z.array(latenessCause),
    message,
  }),
  /** No thread of the process ran, once or several times. */
  z.object({
    kind: z.literal('stood-still'),
    count: amount,
    totalNs: amount,
    longestNs: amount,
    /** Share of the run, 0 to 1. */
    share: amount,
    affects,
    message,
  }),
  /** Others used the CPUs that the process may run on; CPUs' worth of time, on average. */
  z.object({
    kind: z.literal('cpu-taken'),
    cpus: amount,
    byOthersCores: amount,
    byHypervisorCores: amount,
    /** Share of the time, 0 to 1, in which no CPU was idle and others had a quarter of them or more. */
    contendedShare: amount,
    affects,
    message,
  }),
  /** The run is a repetition: before, its Offline query was so small that it ended before the minimum duration. */
  z.object({
    kind: z.literal('offline-resized'),
    samples: amount,
    lastedS: figure,
    minDurationS: figure,
    message,
  }),
  /** The answers of an accuracy run have a fault, and what it names counts as wrong. */
  z.object({
    kind: z.literal('faulty-answers'),
    problem: z.object({
      kind: z.enum(logProblemKinds),
      count: amount,
      samples: z.array(amount),
      message: z.string(),
    }),
    message,
  }),
  /** A sentence of a version that kept no more than that. */
  z.object({ kind: z.literal('earlier-version'), message }),
]);

export type RunWarning = DeepReadonly<z.infer<typeof warning>>;
export type LatenessCause = DeepReadonly<z.infer<typeof latenessCause>>;

type Unworded<W> = W extends RunWarning ? Omit<W, 'message'> : never;
/** A warning that a run of this version can have, before it is put into words. */
export type WarningFacts = Unworded<Exclude<RunWarning, { kind: 'earlier-version' }>>;

/** The warning as `run.json` holds it: its facts, and one sentence for a person. */
export function worded(facts: WarningFacts): RunWarning {
  return { ...facts, message: sentence(facts) };
}

function sentence(facts: WarningFacts): string {
  switch (facts.kind) {
    case 'verdict-by-lateness': {
      const { missedByNs, lateP99Ns, causes } = facts;
      return `The latency bound was missed by ${ms(missedByNs)} while the issuer was up to ${ms(lateP99Ns)} late at p99: its lateness may have decided the verdict (${causesText(causes)}).`;
    }
    case 'issuer-late':
      return `The issuer was late by more than 1% of the latency bound for ${(100 * facts.share).toFixed(1)}% of the queries (${causesText(facts.causes)}).`;
    case 'stood-still': {
      const { count, totalNs, share } = facts;
      const times = count === 1 ? '' : ` in ${count} stretches`;
      return `The process stood still for ${(totalNs / 1e9).toFixed(1)} s${times}, ${percent(share)} of the run: it was stopped (Ctrl-Z), its VM was paused, or it got no CPU. ${affectsText(facts.affects)}`;
    }
    case 'cpu-taken': {
      const { cpus, byOthersCores, byHypervisorCores, contendedShare } = facts;
      const stolen = byHypervisorCores >= 0.005 ? `, and the hypervisor ${byHypervisorCores.toFixed(2)}` : '';
      return `Other processes used ${byOthersCores.toFixed(2)} of ${cpus} CPUs on average${stolen}; for ${percent(contendedShare)} of the time they left none idle. ${affectsText(facts.affects)}`;
    }
    case 'offline-resized':
      return `The query of ${facts.samples} samples, sized by a probe, was done after ${facts.lastedS.toFixed(1)} of ${facts.minDurationS.toFixed(1)} s; this run is its repetition with a larger one.`;
    case 'faulty-answers':
      return facts.problem.message;
  }
}

function affectsText(affects: 'figures' | 'verdict'): string {
  return affects === 'verdict'
    ? 'That may have decided the verdict.'
    : "The figures may be worse than the system's own.";
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

function ms(ns: number): string {
  return `${(ns / 1e6).toFixed(2)} ms`;
}

function causesText(causes: readonly LatenessCause[]): string {
  if (causes.length === 0) return 'something else on this machine took its core';
  return causes.map(causeText).join('; ');
}

function causeText(cause: LatenessCause): string {
  switch (cause.kind) {
    case 'stolen-time':
      return `the hypervisor gave ${cause.cores.toFixed(2)} cores' worth of time to others`;
    case 'no-free-core':
      return 'inference uses every core, so the issuer had to share one';
    case 'no-real-time-priority':
      return 'it has no privilege for real-time priority';
  }
}
