/** What is said of Server pairs in words: of peaks, of their lack, and of latencies at one rate. */
import type { Peak } from '../results/document/peak.js';
import type { Verdict } from './types.js';

/** `p99`, `p99.9`: of a percentile from 0 to 1. */
export function percentileName(percentile: number): string {
  return `p${+(percentile * 100).toFixed(4)}`;
}

/** `peak`: of a run of this system; its search found no rate. */
export function noPeak(system: string, peak: Peak): Extract<Verdict, { kind: 'not comparable' }> {
  return { kind: 'not comparable', reason: 'no peak', why: whyNone(system, peak) };
}

function whyNone(system: string, { kind, ended, lone, boundMs, percentile }: Peak): string {
  if (kind === 'none holds') {
    const takes = Number.isFinite(lone.tailMs) ? `${shown(lone.tailMs)} ms` : 'longer';
    return (
      `no rate of ${system} holds the bound: a query alone takes ${takes} at ${percentileName(percentile)}, ` +
      `and ${shown(boundMs)} ms are allowed`
    );
  }
  const why = ended === 'budget' ? 'was out of time' : 'was stopped';
  return `the search for the highest rate of ${system} ${why} before it knew one`;
}

/** `lacking` of the `all` runs of a side have no peak; `published`: they are MLPerf logs, which never have one. */
export function lacksPeak(system: string, lacking: number, all: number, published: boolean): string {
  const which = lacking === all ? system : `${lacking} of ${all} runs of ${system}`;
  const how = published ? 'MLPerf logs do not tell it' : '`baremark peak` finds it';
  return `The highest rate of ${which} is not known, so the rates compared are those that were asked for; ${how}.`;
}

/** Why there is no latency at this rate, queries/s; `from` and `to` are the ends of the curve. */
export function beyondCurve(run: string, qps: number, from?: number, to?: number): string {
  return from === undefined || to === undefined
    ? `the curve of ${run} has no point`
    : `the curve of ${run} reaches from ${shown(from)} to ${shown(to)} queries/s, and ${shown(qps)} lies beyond it`;
}

export const otherPercentiles = 'the peaks are those of other percentiles';

function shown(value: number): string {
  return String(+value.toPrecision(4));
}
