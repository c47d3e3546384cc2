import { describe, expect, it } from 'vitest';
import { createProgress } from '../../../src/cli/progress.js';
import { significant } from '../../../src/cli/progress-line.js';
import { buildPlan } from '../../../src/plan/build.js';
import type { RunDocument } from '../../../src/results/types.js';
import type { RunEvent } from '../../../src/run/types.js';

const plan = buildPlan({ plan: 'quick', options: { model: 'bert-tiny,ssd-resnet34-small' }, folder: '/' });
const run = plan.runs[1]!;

/** A stream that keeps what is written, and a clock to be moved by hand. */
function stage(isTTY: boolean, columns = 80) {
  let text = '';
  let now = 0;
  const stream = { isTTY, columns, write: (chunk: string) => (text += chunk) };
  const progress = createProgress(plan, stream, () => now);
  return {
    progress,
    at(ms: number, event: RunEvent) {
      now = ms;
      progress.event(event);
    },
    get text() {
      return text;
    },
  };
}

const underway = (elapsedS: number, more: object = {}): RunEvent => ({
  type: 'progress',
  run,
  elapsedS,
  expectedS: 20,
  issued: 480,
  completed: 479,
  failed: 0,
  p99Ms: 12.345,
  boundMs: 130,
  ...more,
});

const finished: RunEvent = {
  type: 'finished',
  run,
  folder: 'results/x',
  document: {
    outcome: { kind: 'invalid', reasons: ['Min duration not satisfied.'] },
    result: { value: 40.04, unit: 'samples/s' },
  } as unknown as RunDocument,
};

describe('without a terminal', () => {
  it('names what cannot be read in the results folder, once', () => {
    const view = stage(false);
    const problem: RunEvent = { type: 'problem', run, message: 'results/x/run.json is half-written.' };
    for (const event of [problem, finished, problem]) view.at(0, event);
    view.progress.close();
    expect(view.text).toBe(
      'baremark: results/x/run.json is half-written.\n2/4 bert-tiny Server: INVALID, 40 samples/s\n',
    );
  });

  it('tells each step at once, and the same step every ten seconds', () => {
    const view = stage(false);
    view.at(0, { type: 'preparing', run, what: 'building bert-tiny', fraction: 0 });
    view.at(500, { type: 'preparing', run, what: 'building bert-tiny', fraction: 0.5 });
    view.at(900, { type: 'preparing', run, what: 'warming up' });
    view.at(1000, { type: 'started', run, expectedS: 20.4 });
    view.at(2000, underway(1));
    view.at(7000, underway(6));
    view.at(12_500, underway(11.5, { failed: 3 }));
    view.at(21_000, finished);
    view.progress.close();
    expect(view.text).toBe(
      [
        '2/4 bert-tiny Server: building bert-tiny 0%',
        '2/4 bert-tiny Server: warming up',
        '2/4 bert-tiny Server: running, about 20 s',
        '2/4 bert-tiny Server: 1 of 20 s (89 s left in all), 479/480 queries, p99 12.3 of 130 ms',
        '2/4 bert-tiny Server: 12 of 20 s (79 s left in all), 479/480 queries, 3 failed, p99 12.3 of 130 ms',
        '2/4 bert-tiny Server: INVALID, 40 samples/s',
        '',
      ].join('\n'),
    );
  });
});

it('says nothing of how long a run lasts where nothing is known of it', () => {
  const view = stage(false);
  view.at(0, { type: 'started', run });
  view.at(1000, underway(1, { expectedS: undefined, completed: 0, failed: 480, p99Ms: undefined }));
  expect(view.text).toBe(
    '2/4 bert-tiny Server: running\n2/4 bert-tiny Server: 1 s, 0/480 queries, 480 failed\n',
  );
});

it('tells the rate of an Offline run, whose latencies are not judged', () => {
  const view = stage(false);
  const offline = plan.runs[0]!;
  view.at(0, underway(10, { run: offline, completed: 500, issued: 762, boundMs: undefined }));
  expect(view.text).toBe(
    '1/4 bert-tiny Offline: 10 of 20 s (2 min left in all), 500/762 samples, 50 samples/s\n',
  );
});

it('keeps the line of an Offline run that is made again with a larger query', () => {
  const view = stage(false);
  view.at(0, { type: 'resized', run: plan.runs[0]!, samples: 1430, lastedS: 1.43, minDurationS: 10 });
  expect(view.text).toBe('1/4 bert-tiny Offline: 1,430 samples took 1.43 of 10 s, running again with more\n');
});

describe('on a terminal', () => {
  const clear = '\r\x1b[2K';

  it('rewrites one line in place, ten times a second at most', () => {
    const view = stage(true);
    view.at(0, underway(1));
    view.at(50, underway(1.05));
    view.at(150, underway(1.15));
    view.progress.close();
    expect(view.text.split(clear)).toHaveLength(4);
    expect(view.text).not.toContain('\n');
    expect(view.text.endsWith(clear)).toBe(true);
  });

  it('never reaches the last column, however narrow the terminal', () => {
    for (const columns of [80, 40, 200, 0]) {
      const view = stage(true, columns);
      view.at(0, underway(1, { issued: 123_456_789, completed: 123_456_788, failed: 123_456 }));
      expect(view.text.slice(clear.length).length).toBeLessThan(columns === 0 ? 80 : Math.min(columns, 80));
    }
  });

  it('leaves a finished run and what is said on lines of their own', () => {
    const view = stage(true);
    view.at(0, underway(1));
    view.progress.say('Stopping.');
    view.at(10, finished);
    expect(view.text).toContain(`${clear}Stopping.\n`);
    expect(view.text).toMatch(/INVALID.*, 40 samples\/s\n$/);
  });
});

it.each([
  [12.345, '12.3'],
  [0.00123, '0.00123'],
  [999.9, '1000'],
  [8465.57, '8,466'],
  [Number.NaN, '–'],
])('%d is shown as %s', (value, text) => expect(significant(value)).toBe(text));
