/** Live progress of a plan: on a terminal one line rewritten in place, elsewhere a plain line now and then. */
import { lineText } from '../base/text/safe.js';
import type { BenchmarkPlan, PlannedRun } from '../plan/types.js';
import type { RunEvent } from '../run/types.js';
import { eventLine, finishedLine, resizedLine } from './progress-line.js';
import {
  choiceLine,
  finalLine,
  foundLine,
  probeLine,
  searchingLine,
  triedLine,
} from './running/peak-lines.js';
import { styleOf } from './text-table.js';

export interface Progress {
  event(event: RunEvent): void;
  /** Prints a separate line that stays. */
  say(line: string): void;
  close(): void;
}

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Without a terminal, progress of the same step is printed this often. */
const plainEveryMs = 10_000;
const liveEveryMs = 100;

export function createProgress(plan: BenchmarkPlan, stream: Terminal, now = () => Date.now()): Progress {
  const live = stream.isTTY === true;
  const style = styleOf(stream);
  let step = '';
  const problems = new Set<string>();
  let toldAt = Number.NEGATIVE_INFINITY;
  const clear = () => {
    if (live) stream.write('\r\x1b[2K');
  };
  const plain = (line: string) => (style.ascii ? line.replaceAll('·', '|').replaceAll('–', '-') : line);
  const say = (line: string) => {
    clear();
    stream.write(`${plain(line)}\n`);
  };
  const event = (event: RunEvent): void => {
    const place = lineText(placeOf(plan, event.run));
    if (event.type === 'finished') {
      step = '';
      say(finishedLine(place, event, style));
      return;
    }
    if (event.type === 'resized') {
      say(resizedLine(place, event));
      return;
    }
    if (event.type === 'problem') {
      if (!problems.has(event.message)) say(lineText(`baremark: ${event.message}`));
      problems.add(event.message);
      return;
    }
    if (event.type === 'peak-found') {
      say(lineText(foundLine(place, event)));
      return;
    }
    if (event.type === 'choice-tried' || event.type === 'choice-made') {
      say(lineText(event.type === 'choice-tried' ? triedLine(place, event) : choiceLine(place, event)));
      return;
    }
    if (event.type === 'peak-final') {
      // The last one is told when its run is written.
      if (event.nextQps !== undefined) say(lineText(finalLine(place, event)));
      return;
    }
    if (event.type === 'peak-probe') {
      if (!live) say(lineText(probeLine(place, event)));
      return;
    }
    const thisStep = `${place} ${event.type === 'preparing' ? event.what : event.type}`;
    const due = now() - toldAt >= (live ? liveEveryMs : plainEveryMs);
    if (thisStep === step && !due) return;
    step = thisStep;
    toldAt = now();
    const width = Math.min(stream.columns || 80, 80) - 1;
    const line = lineText(
      event.type === 'searching'
        ? searchingLine(place, event, live ? width : Number.POSITIVE_INFINITY)
        : eventLine(place, event, laterSeconds(plan, event.run)),
    );
    if (live) stream.write(`\r\x1b[2K${plain(line.slice(0, width))}`);
    else stream.write(`${plain(line)}\n`);
  };
  return { event, say: (line) => say(lineText(line)), close: clear };
}

/** The least time of the runs after this one; 0 where one of them is as long as its data or its search. */
function laterSeconds(plan: BenchmarkPlan, run: PlannedRun): number {
  const later = plan.runs.slice(plan.runs.indexOf(run) + 1);
  if (!plan.runs.includes(run) || later.some(({ mode, peak }) => mode !== 'PerformanceOnly' || peak))
    return 0;
  return later.reduce((sum, { settings }) => sum + (settings.minDurationMs ?? 0), 0) / 1000;
}

/** `2/4 bert-tiny Server`: which run of the plan this is. */
function placeOf(plan: BenchmarkPlan, run: PlannedRun): string {
  const count = plan.runs.length;
  const number = plan.runs.indexOf(run) + 1;
  const mode = run.mode === 'AccuracyOnly' ? ' accuracy' : '';
  return `${number > 0 && count > 1 ? `${number}/${count} ` : ''}${run.benchmark} ${run.scenario}${mode}`;
}
