/** The reasons, notes and ranges of a comparison in words: every report says them the same way. */
import type { Outcome } from '../results/types.js';
import type {
  Difference,
  Interval,
  NoIntervalReason,
  PublishedRange,
  UndecidedReason,
  Unpaired,
  Verdict,
} from './types.js';

const noIntervalWords: Readonly<Record<NoIntervalReason, string>> = {
  'published logs': 'published logs hold one run each and no record of its queries',
  'single run on one side': 'one side has only one run',
  'single runs outside Offline': 'each side has one run, and only Offline runs can be resampled',
  'no record of queries': 'each side has one run, and at least one of them has no record of its queries',
  'too few steps': 'the runs completed in too few steps to be resampled',
  'too few latencies': 'too few independent latencies lie above it in runs this short',
  'no peak': 'there is no highest rate on both sides',
  'no interval of its own': 'each side has one search, and at least one of them does not say how sure it is',
};

export function noInterval(reason: NoIntervalReason): Interval {
  return { kind: 'none', reason, why: noIntervalWords[reason] };
}

/** `margin` is a fraction; `moreRepeats` is per side. */
export function undecided(
  reason: UndecidedReason,
  margin: number,
  moreRepeats?: number | 'more than 1000',
): Verdict {
  const percent = `${+(margin * 100).toFixed(4)}%`;
  const words: Readonly<Record<UndecidedReason, string>> = {
    'published logs': 'published logs do not show how much runs vary',
    'single runs': 'a single run per side does not show how much runs vary',
    'slower, by how much is open': `slower than the baseline, but perhaps by no more than ${percent}`,
    'faster, by how much is open': `faster than the baseline, but perhaps by no more than ${percent}`,
    'interval beyond the margin': `the interval extends beyond the margin of ${percent}`,
  };
  return {
    kind: 'undecided',
    reason,
    why: words[reason],
    ...(moreRepeats === undefined ? {} : { moreRepeats }),
  };
}

/** Of a setting that is not the same in all runs of a side. */
export function variesWithin(side: NonNullable<Difference['within']>): string {
  return `differs among the runs of ${side}`;
}

/** `unlike` are differences in what must match. */
export function mustMatchButDiffer(unlike: readonly Difference[]): Verdict {
  const labels = unlike.map(({ label, within }) =>
    within === undefined ? label : `${label} (among the runs of ${within})`,
  );
  const why = `${labels.join(', ')} must match but ${labels.length === 1 ? 'differs' : 'differ'}`;
  return { kind: 'not comparable', reason: 'must match but differ', why };
}

/** `disagreements`: those of one run of the pair, at least one. */
export function filesDisagree(path: string, disagreements: readonly string[]): Verdict {
  return {
    kind: 'not comparable',
    reason: 'files disagree',
    why: `the files of ${path} disagree: ${someOf(disagreements).replace(/\.$/, '')}`,
  };
}

export function sameRun(copy: string, original: string): Verdict {
  return { kind: 'not comparable', reason: 'same run', why: isOneRun(copy, original) };
}

export function sameRunAllTheSame(copy: string, original: string): string {
  return `Compared all the same, though ${isOneRun(copy, original)}.`;
}

function isOneRun(copy: string, original: string): string {
  return copy === original
    ? `${copy} is on both sides, so it is one measurement and not two`
    : `${copy} is a copy of ${original}, so they are one measurement and not two`;
}

export function comparedAllTheSame(path: string, disagreements: readonly string[]): string {
  return `The files of ${path} disagree, and the pair was compared all the same: ${someOf(disagreements)}`;
}

/** The first of these sentences, and how many more there are. */
function someOf(sentences: readonly string[]): string {
  const [first = '', ...others] = sentences;
  return others.length === 0 ? first : `${first.replace(/\.$/, '')} (and ${others.length} more).`;
}

export function notValid(outcome: Exclude<Outcome, { kind: 'valid' }>): Verdict {
  const reasons = outcome.reasons.map((reason) => reason.replace(/\.$/, '')).join('; ');
  return {
    kind: 'not comparable',
    reason: 'not VALID',
    why: `one side is ${outcome.kind.toUpperCase()}: ${reasons}`,
  };
}

/** `none`: whether neither side has a run at its peak. */
export function onlyRequestedRates(none: boolean): Verdict {
  const known = none ? 'neither system is' : 'not both systems are';
  const why = `these are requested rates, and ${known} known to be at ${none ? 'its' : 'their'} highest`;
  return { kind: 'not comparable', reason: 'requested rates', why };
}

/** `lacking` is the system that has no such run. */
export function noPartner(lacking: string): Pick<Unpaired, 'reason' | 'why'> {
  return { reason: 'no partner', why: `${lacking} has no performance run of it` };
}

export const noCommonFigure: Pick<Unpaired, 'reason' | 'why'> = {
  reason: 'no common figure',
  why: 'the two sides have no figure above 0 in common',
};

export function leftOut(invalid: number, all: number, system: string): string {
  const verbs = invalid === 1 ? ['is', 'was'] : ['are', 'were'];
  return `${invalid} of ${all} runs of ${system} ${verbs[0]} not VALID and ${verbs[1]} left out.`;
}

export function differentHeadlines(compared: string): string {
  return `The two rounds headline different rates, so ${compared} are compared.`;
}

export const tooFewForDrift =
  'With fewer than three runs per side, drift cannot be told apart from a difference.';

export const notAlternating =
  'The runs of the two sides did not alternate in time, so drift of a machine would look like a difference.';

/** Geometric means of the sides' runs: tokens per second, or milliseconds at the 99th percentile. */
export function tokenNote(figure: 'Tokens/s' | 'TTFT p99' | 'TPOT p99', baseline: number, candidate: number) {
  const unit = figure === 'Tokens/s' ? '' : ' ms';
  const shown = (value: number) => `${+value.toPrecision(5)}${unit}`;
  const ratio = figure === 'Tokens/s' ? candidate / baseline : baseline / candidate;
  return `${figure}: ${shown(baseline)} and ${shown(candidate)}, a ratio of ${ratio.toFixed(3)}.`;
}

/** Queries per second. */
export function requestedRates(baseline: number, candidate: number): string {
  return baseline === candidate
    ? `Both were asked for ${baseline} queries/s, so the ratio says nothing; compare the latencies.`
    : `Requested: ${baseline} and ${candidate} queries/s.`;
}

export function rangeSentence(range: Omit<PublishedRange, 'sentence'>): string {
  const { accelerator, results, round, lowest, highest, baseline } = range;
  const apart = ((highest / lowest - 1) * 100).toFixed(1);
  const where = round === undefined ? 'over all rounds' : `in round ${round}`;
  return (
    `Published bare-metal results for ${accelerator} ${where} differ by up to ${apart}% (${results} results, ` +
    `${lowest.toFixed(1)} to ${highest.toFixed(1)} samples/s per accelerator; this baseline: ${baseline.toFixed(1)}).`
  );
}
