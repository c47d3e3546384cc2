/** The characters that the terminal's picture of a peak is drawn with. */

export interface PeakMarks {
  /** Latency at the bound's percentile, and where both systems have the same. */
  readonly tail: { readonly baseline: string; readonly candidate: string; readonly both: string };
  readonly p50: { readonly baseline: string; readonly candidate: string };
  readonly peak: { readonly baseline: string; readonly candidate: string };
  readonly interval: string;
  readonly bound: string;
  /** From a peak down to its rate. */
  readonly drop: string;
  readonly axes: {
    readonly up: string;
    readonly upTick: string;
    readonly corner: string;
    readonly across: string;
    readonly acrossTick: string;
  };
}

export const unicodeMarks: PeakMarks = {
  tail: { baseline: '○', candidate: '●', both: '◉' },
  p50: { baseline: '◦', candidate: '•' },
  peak: { baseline: '◇', candidate: '◆' },
  interval: '═',
  bound: '╌',
  drop: '┊',
  axes: { up: '│', upTick: '┤', corner: '└', across: '─', acrossTick: '┬' },
};

/** For terminals whose character set is not Unicode. */
export const asciiMarks: PeakMarks = {
  tail: { baseline: 'o', candidate: '*', both: '@' },
  p50: { baseline: ',', candidate: '.' },
  peak: { baseline: 'O', candidate: '#' },
  interval: '=',
  bound: '-',
  drop: ':',
  axes: { up: '|', upTick: '+', corner: '+', across: '-', acrossTick: '+' },
};
