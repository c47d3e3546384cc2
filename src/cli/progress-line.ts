/** The text of one line of progress. */
import { outcomeText } from '../report/text/numbers.js';
import type { Style } from '../report/text/text-table.js';
import type { RunEvent } from '../run/types.js';

type Finished = Extract<RunEvent, { type: 'finished' }>;
type Resized = Extract<RunEvent, { type: 'resized' }>;
type Underway = Extract<RunEvent, { type: 'preparing' | 'started' | 'progress' }>;

/**
 * One line for a run that is being prepared or is running; fits 80 columns for all usual numbers.
 * @param laterS least time of the runs after it, seconds
 */
export function eventLine(place: string, event: Underway, laterS = 0): string {
  if (event.type === 'preparing') {
    const share = event.fraction === undefined ? '' : ` ${Math.floor(event.fraction * 100)}%`;
    return `${place}: ${event.what}${share}`;
  }
  const { expectedS } = event;
  if (event.type === 'started')
    return `${place}: running${expectedS === undefined ? '' : `, about ${seconds(expectedS)} s`}`;
  const failed = event.failed > 0 ? `, ${count(event.failed)} failed` : '';
  const leftS = laterS > 0 && expectedS !== undefined ? laterS + Math.max(0, expectedS - event.elapsedS) : 0;
  const left = leftS > 0 ? ` (${duration(leftS)} left in all)` : '';
  const time = `${seconds(event.elapsedS)}${expectedS === undefined ? '' : ` of ${seconds(expectedS)}`} s${left}`;
  const what = event.run.scenario === 'Offline' ? 'samples' : 'queries';
  const done = `${count(event.completed)}/${count(event.issued)} ${what}`;
  return `${place}: ${time}, ${done}${failed}${paceText(event)}`;
}

/** What decides about the run: the rate in Offline, the latency elsewhere. */
function paceText({
  run,
  completed,
  elapsedS,
  p99Ms,
  boundMs,
}: Extract<RunEvent, { type: 'progress' }>): string {
  if (run.scenario === 'Offline')
    return completed > 0 && elapsedS > 0 ? `, ${significant(completed / elapsedS)} samples/s` : '';
  if (p99Ms === undefined) return '';
  return `, p99 ${significant(p99Ms)}${boundMs === undefined ? '' : ` of ${significant(boundMs)}`} ms`;
}

/** The line that stays when a run has ended. */
export function finishedLine(place: string, { document }: Finished, style: Style): string {
  const { outcome, result } = document;
  const word = (outcome.kind === 'valid' ? style.good : style.bad)(outcomeText(outcome));
  return `${place}: ${word}, ${significant(result.value)} ${result.unit}`;
}

/** The line that stays when an Offline run is made again with a larger query. */
export function resizedLine(place: string, { lastedS, minDurationS, samples }: Resized): string {
  return `${place}: ${count(samples)} samples took ${significant(lastedS)} of ${significant(minDurationS)} s, running again with more`;
}

/** Three significant digits below 1000, whole numbers above. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 1000 ? count(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function seconds(value: number): string {
  return String(Math.round(value));
}

/** `45 s`, `12 min`, `3.5 h`: enough to decide whether to wait. */
function duration(inSeconds: number): string {
  if (inSeconds < 100) return `${seconds(inSeconds)} s`;
  const minutes = inSeconds / 60;
  return minutes < 100 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** Digits in groups of three, as in 12,345. */
function count(value: number): string {
  return value.toLocaleString('en-US');
}
