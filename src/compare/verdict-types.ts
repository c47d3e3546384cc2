/** What an interval and a verdict can be. A `why` is the `reason` beside it in words, for a person. */

export type Verdict =
  | { readonly kind: 'equivalent' }
  | { readonly kind: 'slower' }
  | { readonly kind: 'faster' }
  /** `moreRepeats`: per side; absent where no number can be named. */
  | {
      readonly kind: 'undecided';
      readonly reason: UndecidedReason;
      readonly why: string;
      readonly moreRepeats?: number | 'more than 1000';
    }
  | { readonly kind: 'not comparable'; readonly reason: NotComparableReason; readonly why: string };

/** Why a ratio decides nothing; worded in `words.ts`, as are the two below. */
export type UndecidedReason =
  | 'published logs'
  | 'single runs'
  | 'slower, by how much is open'
  | 'faster, by how much is open'
  | 'interval beyond the margin';

export type NotComparableReason =
  | 'same run'
  | 'files disagree'
  | 'must match but differ'
  | 'not VALID'
  | 'no peak'
  | 'requested rates';

/** Why a ratio has no interval. */
export type NoIntervalReason =
  | 'published logs'
  | 'single run on one side'
  | 'single runs outside Offline'
  | 'no record of queries'
  | 'too few steps'
  | 'too few latencies'
  | 'no peak'
  | 'no interval of its own';

export type Interval =
  /** 95% of the ratio, from repeated runs; `low90` and `high90` are those of the equivalence test. */
  | {
      readonly kind: 'repeats';
      readonly low: number;
      readonly high: number;
      readonly low90: number;
      readonly high90: number;
      readonly method: string;
    }
  /** The same, from what each search says of its own result: at least one side is a single search. */
  | {
      readonly kind: 'own evidence';
      readonly low: number;
      readonly high: number;
      readonly low90: number;
      readonly high90: number;
      readonly method: string;
    }
  | { readonly kind: 'within-run only'; readonly low: number; readonly high: number; readonly method: string }
  | { readonly kind: 'none'; readonly reason: NoIntervalReason; readonly why: string };
