/** How faithfully a system under test reproduces the answers of a reference: what BERT and SSD have in common. */
import type { LogProblem } from './log-problems.js';

/** The share of the reference's answers that a system keeps, against MLPerf's two quality levels. */
export interface FidelityGates {
  /** 0 to 1. */
  readonly keptShare: number;
  readonly meets99: boolean;
  readonly meets999: boolean;
}

/** What a comparison of two accuracy logs says, whatever the model. */
export interface Fidelity extends FidelityGates {
  readonly samples: number;
  /** Samples with one good response in both logs; the others count as different. */
  readonly compared: number;
  /** Samples whose responses are equal bit for bit. */
  readonly identical: number;
  readonly referenceProblems: readonly LogProblem[];
  readonly testProblems: readonly LogProblem[];
  /** One sentence: the same answers, or what differs and by how much. */
  readonly message: string;
}

/** Both gates for a share from 0 to 1. */
export function fidelityGates(share: number): FidelityGates {
  return { keptShare: share, meets99: share >= 0.99, meets999: share >= 0.999 };
}

/** A share as percent, without rounding what is below 100 up to it. */
export function percent(share: number): string {
  const floored = Math.floor(share * 1e5) / 1e3;
  return `${share < 1 ? floored : 100}%`;
}

/** Whether two typed arrays hold the same values; NaN never occurs in a good response. */
export function equalValues(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
