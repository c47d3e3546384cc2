/** `baremark peak` as a process: from its first probe to its run, stopped and taken up again, and refused. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunDocument } from '../../../src/results/types.js';
import { baremark } from '../baremark.js';
import { startBaremark } from '../child.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'baremark-peak-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** One instance that takes 5 ms for each query, with a bound that a busy machine holds at most rates below that. */
const peak = [
  ...['peak', '--model', 'bert-tiny', '--backend', 'simulated', '--backend-option', 'fixedMs=5'],
  ...['--instances', '1', '--max-batch', '1', '--target-latency', '1s', '--system', 'sim'],
  ...['--min-duration', '1s', '--min-queries', '700', '--budget', '8s', '--precision-of-peak', '50%'],
];
const scenario = () => join(dir, 'results', 'sim', 'bert-tiny', 'Server');
const probes = (run: number) => join(scenario(), 'performance', `run_${run}`, 'probes');

describe('peak', () => {
  it('tells each probe and what it found, and prints the run with its peak', async () => {
    const { code, stdout, stderr } = await baremark(dir, ...peak);
    expect(stderr).toMatch(
      /^bert-tiny Server: probe 1 all at once: p99 [\d.,]+ of 1,000 ms, \w+; peak not known yet$/m,
    );
    expect(stderr).toMatch(
      /^bert-tiny Server: peak [\d.]+ \([\d.]+–[\d.]+\) queries\/s, \d+ probes in \d+ s/m,
    );
    expect(stderr).toMatch(/^bert-tiny Server: VALID, [\d.]+ samples\/s$/m);
    expect(stdout).toMatch(/^bert-tiny +Server .* VALID /m);
    expect(stdout).toMatch(/^ {2}Peak [\d.]+ queries\/s, 95% interval [\d.]+ to [\d.]+;/m);
    expect(stdout).toMatch(/^ {2}The full run at [\d.]+ queries\/s is VALID/m);
    expect(stdout).toMatch(
      /^bert-tiny Server: the peak\n\n +latency \(ms\) against rate \(queries\/s\)\n2000 ┤/m,
    );
    const document = JSON.parse(readFileSync(join(probes(1), '..', 'run.json'), 'utf8')) as RunDocument;
    const { peak: found, targetQps } = document.result;
    // It completes 200 queries/s where nothing disturbs it, and never more.
    expect(found).toMatchObject({
      kind: 'found',
      boundMs: 1000,
      percentile: 0.99,
      precision: 0.5,
      budgetS: 8,
    });
    expect(found!.lowQps).toBeLessThan(200);
    expect(found!.finals.at(-1)).toMatchObject({ targetQps, outcome: 'valid' });
    expect(existsSync(probes(1))).toBe(false);
    expect(code).toBe(0);
  });

  it('keeps what it learnt at Ctrl-C, and goes on from there with --resume', async () => {
    const child = startBaremark(dir, [...peak, '--json']);
    await child.shown(/probe 2 at /);
    child.process.kill('SIGINT');
    const stopped = await child.ended;
    expect(stopped.stderr).toContain(
      'Stopping: writing what was measured. Press Ctrl-C again to quit at once.',
    );
    const [aborted] = JSON.parse(stopped.stdout) as RunDocument[];
    expect(aborted).toMatchObject({ outcome: { kind: 'aborted' }, result: { peak: { ended: 'stopped' } } });
    expect(stopped.code).toBe(1);
    const kept = readdirSync(probes(1)).filter((name) => name.endsWith('.json')).length;
    expect(kept).toBeGreaterThanOrEqual(2);

    const resumed = await baremark(dir, ...peak, '--resume', '--json');
    expect(resumed.stderr).toContain(`taking up ${kept} probes of a search that was stopped`);
    expect(resumed.stderr).toMatch(new RegExp(`probe ${kept + 1} `));
    expect(resumed.stderr).not.toContain('all at once');
    const [document] = JSON.parse(resumed.stdout) as RunDocument[];
    expect(document).toMatchObject({ outcome: { kind: 'valid' }, result: { peak: { kind: 'found' } } });
    expect(document!.result.peak!.probes.length).toBeGreaterThan(kept);
    expect([existsSync(probes(1)), existsSync(probes(2))]).toEqual([false, false]);
    expect(resumed.code).toBe(0);
  });

  it('refuses a rate beside it with one sentence, and writes nothing', async () => {
    const { code, stdout, stderr } = await baremark(dir, ...peak, '--target-qps', '100');
    expect(stderr).toBe(
      'baremark: --target-qps is 100, but --mode is peak, which searches that rate; remove one of them.\n',
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(readdirSync(dir)).toEqual([]);
  });
});
