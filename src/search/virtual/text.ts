/** What a simulation found, for people: the peak, how long a lone query takes, and what would be if. */
import { percentileName } from '../../compare/server-words.js';
import { peakSentence } from '../../report/peak/words.js';
import { figure } from '../../report/text/numbers.js';
import { peakCurveLines } from '../../report/text/peak-curve.js';
import { plainStyle, type Style, textTable, wrapped } from '../../report/text/text-table.js';
import type { PeakFinding } from '../peak/contract.js';
import type { VirtualSystem } from './system.js';

export interface Simulated {
  readonly system: VirtualSystem;
  readonly finding: PeakFinding;
  readonly whatIfs: readonly { readonly what: string; readonly finding: PeakFinding }[];
}

/** Lines of at most 80 columns. */
export function simulationText({ system, finding, whatIfs }: Simulated, style: Style = plainStyle): string {
  const { lone, searchS, probes } = finding;
  const made = `${probes.length} probes, ${figure(Math.round(searchS))} simulated seconds.`;
  const alone = `A query alone takes ${figure(lone.p50Ms)} ms (p50), ${figure(lone.tailMs)} ms (${percentileName(finding.percentile)}).`;
  const peak = { ...finding, finals: [] };
  const picture =
    finding.kind === 'found' ? peakCurveLines([{ name: system.name, peaks: [peak] }], style) : [];
  return [
    ...wrapped(system.name, 0).map(style.bold),
    ...wrapped(peakSentence(peak), 0),
    ...wrapped(alone, 0),
    ...wrapped(made, 0),
    ...truthLines(system, finding),
    '',
    ...(picture.length > 0 ? [...picture, ''] : []),
    ...table(finding, whatIfs, style),
  ].join('\n');
}

/** The peak that the file states beside the one that was found. */
function truthLines({ truth }: VirtualSystem, { qps, lowQps, highQps }: PeakFinding): string[] {
  if (truth === undefined || !Number.isFinite(qps)) return [];
  const off = truth > 0 ? `: this is ${figure(Math.abs(100 * (qps / truth - 1)))}% ${side(qps, truth)}` : '';
  const inside = lowQps <= truth && truth <= highQps ? 'within' : 'outside';
  return wrapped(`Its file says ${figure(truth)} queries/s${off}, ${inside} the interval.`, 0);
}

const side = (qps: number, truth: number) => (qps >= truth ? 'more' : 'less');

/** Each system with its peak, and what this system keeps of it. */
function table(finding: PeakFinding, whatIfs: Simulated['whatIfs'], style: Style): string[] {
  const rows = [{ what: 'as it is', finding }, ...whatIfs].map(
    ({ what, finding: { qps, lowQps, highQps } }) => {
      const interval = qps > 0 ? `${figure(lowQps)} to ${figure(highQps)}` : '–';
      const kept = qps > 0 && Number.isFinite(finding.qps) ? `${figure((100 * finding.qps) / qps)}%` : '–';
      return [what, figure(qps), interval, kept].map((text) => ({ text }));
    },
  );
  const columns = [
    { title: 'the system', least: 9 },
    { title: 'peak (queries/s)', align: 'right' },
    { title: '95% interval', align: 'right' },
    { title: 'of that it keeps', align: 'right' },
  ] as const;
  return textTable(columns, rows, style);
}
