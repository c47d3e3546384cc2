/** What a program may pass to `buildPlan`, and how long a planned run may take. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPlan, type PlanRequest } from '../../src/plan/build.js';
import { preparePlan } from '../../src/plan/prepare.js';
import { thrown } from './thrown.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'baremark-request-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const server = { model: 'bert-tiny', scenario: 'Server' };
const faultOf = (request: unknown) => thrown(() => buildPlan(request as PlanRequest));

describe('a request that is none', () => {
  it.each([
    [undefined, /^the request for a plan is missing; it must be an object/],
    [null, /^the request for a plan is empty; /],
    [[], /^the request for a plan is an empty list; /],
    [{ options: server }, /^the folder of the request is missing; /],
    [{ options: server, folder: 7 }, /^the folder of the request is 7; /],
    [{ folder: '/' }, /^the options of the request is missing; /],
    [{ options: 'x', folder: '/' }, /^the options of the request is "x"; /],
    [{ options: [server], folder: '/' }, /^the options of the request is a map; /],
    [{ plan: 5, options: {}, folder: '/' }, /^the plan is 5; it must be the name of a plan/],
    [{ options: server, folder: '/', profiles: {} }, /^the profiles of the request is a map; /],
    [{ options: { nope: 1 }, folder: '/' }, /^there is no option "nope"; choose model, /],
    [{ options: { modle: 'x' }, folder: '/' }, /^there is no option "modle"; did you mean mode/],
    [{ options: { toString: 1 }, folder: '/' }, /^there is no option "toString"; /],
    [{ options: { ...server, json: true }, folder: '/' }, /^the option json is the command line's alone /],
    [{ options: { model: Symbol('x') }, folder: '/' }, /^--model is Symbol\(x\); it must be /],
    [
      { options: { ...server, 'backend-option': 5 }, folder: '/' },
      /^--backend-option is 5; it must be key=value/,
    ],
  ])('%j is told in a sentence', (request, message) => {
    const fault = faultOf(request);
    expect(fault.code).toBe('BAD_OPTION');
    expect(fault.message).toMatch(message);
  });

  it('is told so by preparePlan, too', async () => {
    await expect(preparePlan({ options: { nope: 1 } as never, folder: '/' })).rejects.toThrow(
      'no option "nope"',
    );
  });

  it('an option that is undefined is one that was not given', () => {
    const { runs } = buildPlan({ options: { ...server, device: undefined }, folder: '/' });
    expect(runs[0]!.device).toBe('cpu');
  });
});

describe('a run that no one could wait for', () => {
  it.each<[Record<string, unknown>, string]>([
    // 100 queries, which are 99 intervals of 10^300 s.
    [{ 'target-qps': '1e-300', 'min-duration': '1s' }, '3.1e+294 years'],
    // 99 intervals of 10 h are 41.25 days.
    [{ 'target-qps': 1 / 36_000 }, '42 days'],
    [{ 'min-duration': '744h', 'target-qps': 1 }, '31 days'],
    // The accuracy run issues all 10,833 samples at this rate: 10,832 intervals of 1,000 s.
    [{ 'target-qps': 0.001, mode: 'accuracy' }, '126 days'],
  ])('%j is refused with its length', (options, length) => {
    expect(faultOf({ options: { ...server, ...options }, folder: '/' }).message).toMatch(
      new RegExp(
        `^The Server run of bert-tiny would take ${length.replace('+', '\\+')}, and a run may take 30 days; `,
      ),
    );
  });

  it.each<Record<string, unknown>>([
    // 29.9 days.
    { 'min-duration': '717.6h', 'target-qps': 1 },
    // A rate that a probe will find is not known to be slow.
    { 'min-queries': 1e9 },
    { scenario: 'Offline', 'target-qps': '1e-300' },
  ])('%j is not refused', (options) => {
    expect(buildPlan({ options: { ...server, ...options }, folder: '/' }).runs).toHaveLength(1);
  });

  it('or one that can only be INVALID, is refused when it is planned', () => {
    expect(
      faultOf({ options: { ...server, 'min-duration': '2s', 'max-duration': '1s' }, folder: '/' }).message,
    ).toBe(
      'The minimum duration is 2000 ms and the maximum is 1000 ms, with which no run can be VALID; give a maximum of at least the minimum.',
    );
    expect(faultOf({ options: { ...server, 'min-queries': 5, 'max-queries': 4 }, folder: '/' }).message).toBe(
      'The minimum query count is 5 and the maximum is 4, with which no run can be VALID; give a maximum of at least the minimum.',
    );
    const equal = { 'min-queries': 5, 'max-queries': 5, 'min-duration': '2s', 'max-duration': '2s' };
    expect(buildPlan({ options: { ...server, ...equal }, folder: '/' }).runs).toHaveLength(1);
  });
});

describe('a system name that the results folder cannot have', () => {
  it.each(['systems', 'Published', 'x.', '.x'])('%s is refused when it is planned', (system) => {
    expect(faultOf({ options: { ...server, system }, folder: '/' }).message).toMatch(
      /^--system is ".*"; it must be a folder name: .*, and not systems or published\.$/,
    );
  });
});

describe("a plan's data set", () => {
  const plan = (text: string) => {
    const path = join(dir, 'mine.yaml');
    writeFileSync(path, text);
    return { plan: path, options: {}, folder: '/' };
  };

  it('that does not exist is refused, by its line', () => {
    const absent = plan('runs:\n  - { model: bert-tiny, scenario: Offline, dataset: nowhere }\n');
    expect(faultOf(absent)).toEqual({
      code: 'UNKNOWN_DATASET',
      message: `mine.yaml line 2: dataset is ${join(dir, 'nowhere')}, which does not exist; give a folder.`,
    });
  });

  it('that has nothing for any model it was given for is refused', () => {
    const empty = plan('dataset: .\nruns:\n  - { model: [bert-tiny, ssd-resnet34], scenario: Offline }\n');
    expect(faultOf(empty).message).toMatch(
      /^mine\.yaml line 1: dataset is .*, which has no data for the models/,
    );
  });
});
