/** Quantiles of the normal distribution for two-sided intervals, exactly: simple-statistics has them to three digits. */

/** 0.95, or 0.90 for two one-sided tests at 5%. */
export type Confidence = 0.95 | 0.9;

/** Standard errors from the middle of an interval to its ends. */
export const normalReach: Readonly<Record<Confidence, number>> = {
  0.95: 1.959963984540054,
  0.9: 1.644853626951472,
};
