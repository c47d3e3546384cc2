/** The pictures of peaks that follow a table in the terminal, each under the name of its benchmark. */
import type { Comparison } from '../../compare/types.js';
import { type PeakRun, peaksOfPair, peaksOfSystem } from '../peak/of-runs.js';
import { type PeaksOf, pictureOf } from '../peak/systems.js';
import { peakCurveLines } from './peak-curve.js';
import { plainStyle, type Style, wrapped } from './text-table.js';

/** For each pair of which both sides have a peak; empty where there is none, else it ends in a newline. */
export function comparePeaks(comparison: Comparison, style: Style = plainStyle): string {
  return comparison.candidates
    .flatMap((candidate) =>
      candidate.pairs.flatMap((pair) => {
        const systems = peaksOfPair(pair, [comparison.baseline, candidate.name]);
        return systems ? section(`${pair.benchmark} ${pair.scenario}`, systems, style) : [];
      }),
    )
    .join('');
}

/** For each benchmark of which a run has a curve, as `comparePeaks`; the table already says the rest. */
export function runsPeaks(
  system: { readonly name: string; readonly runs: readonly PeakRun[] },
  style: Style = plainStyle,
): string {
  return peaksOfSystem(system)
    .map(({ title, peaks }) => (pictureOf([peaks]) ? section(title, [peaks], style) : ''))
    .join('');
}

function section(title: string, systems: readonly PeaksOf[], style: Style): string {
  const heading = wrapped(`${title}: the ${systems.length > 1 ? 'peaks' : 'peak'}`, 0).map(style.bold);
  return `\n${[...heading, '', ...peakCurveLines(systems, style)].join('\n')}\n`;
}
