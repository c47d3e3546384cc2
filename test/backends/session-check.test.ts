import { describe, expect, it } from 'vitest';
import { loadBackend } from '../../src/backends/load.js';
import { openSession } from '../../src/backends/open-session.js';
import { sessionProblem } from '../../src/backends/session-check.js';
import { userBackends } from '../helpers/user-backend.js';

const x = { name: 'x', type: 'float32', dims: ['batch', 3] };
const good = { inputs: [x], outputs: [], provider: 'p', run: () => ({}), close: () => {} };
const notADimension = 'neither a whole number from 1 on nor the name of a dynamic one';

describe('a session', () => {
  it('is one where all its parts are there', () => {
    expect(sessionProblem(good)).toBeUndefined();
    expect(sessionProblem({ ...good, inputs: [] })).toBeUndefined();
  });

  it.each<[unknown, string]>([
    [undefined, 'it gave undefined'],
    [null, 'it gave null'],
    [7, 'it gave a number'],
    [() => good, 'it gave a function'],
    [{}, 'inputs is not a list'],
    [{ ...good, inputs: { x } }, 'inputs is not a list'],
    [{ ...good, outputs: undefined }, 'outputs is not a list'],
    [{ ...good, inputs: [null] }, 'one of inputs has no name'],
    [{ ...good, inputs: [{ ...x, name: '' }] }, 'one of inputs has no name'],
    [{ ...good, outputs: [x, x] }, 'two of outputs are called x'],
    [
      { ...good, inputs: [{ ...x, type: 'float64' }] },
      'the type of x is not one of float32, float16, int32, int64, uint8, int8, bool',
    ],
    [
      { ...good, inputs: [{ ...x, type: 'toString' }] },
      'the type of x is not one of float32, float16, int32, int64, uint8, int8, bool',
    ],
    [{ ...good, inputs: [{ ...x, dims: 'batch' }] }, 'the dims of x are not a list'],
    [{ ...good, inputs: [{ ...x, dims: [0, -3] }] }, `dimension 0 of x is 0, ${notADimension}`],
    [{ ...good, inputs: [{ ...x, dims: ['batch', -3] }] }, `dimension 1 of x is -3, ${notADimension}`],
    [{ ...good, inputs: [{ ...x, dims: [2.5] }] }, `dimension 0 of x is 2.5, ${notADimension}`],
    [{ ...good, inputs: [{ ...x, dims: [Number.NaN] }] }, `dimension 0 of x is NaN, ${notADimension}`],
    [{ ...good, outputs: [{ ...x, dims: [null] }] }, `dimension 0 of x is null, ${notADimension}`],
    [{ ...good, provider: '' }, 'provider is not a name'],
    [{ ...good, run: 3 }, 'run is not a function'],
    [{ ...good, close: undefined }, 'close is not a function'],
  ])('is none: %o', (opened, problem) => {
    expect(sessionProblem(opened)).toBe(problem);
  });
});

describe("opening a session of a user's backend", () => {
  const module = userBackends();
  const request = {
    model: { name: 'm', precision: 'fp32' },
    device: 'npu:0',
    instance: 0,
    options: {},
  } as const;
  const failure = async (open: string) => {
    const given = module(open);
    const error = await openSession(given, await loadBackend(given), request).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'BAD_BACKEND' });
    return String(error.message).replace(given, 'FILE');
  };

  it('gives the session', async () => {
    const given = module('return session({ provider: "npu" });');
    expect(await openSession(given, await loadBackend(given), request)).toMatchObject({ provider: 'npu' });
  });

  it.each([
    [
      'return {};',
      'The backend FILE opened no session that can be used: inputs is not a list; correct its open().',
    ],
    ['', 'The backend FILE opened no session that can be used: it gave undefined; correct its open().'],
    ['throw new Error("no NPU here");', 'The backend FILE cannot open m on npu:0: no NPU here.'],
    ['throw new Error("No NPU here.");', 'The backend FILE cannot open m on npu:0: No NPU here.'],
    ['throw "no NPU here";', 'The backend FILE cannot open m on npu:0: no NPU here.'],
    ['throw new TypeError();', 'The backend FILE cannot open m on npu:0: TypeError.'],
    ['throw undefined;', 'The backend FILE cannot open m on npu:0: undefined.'],
    ['throw { message: "no NPU here" };', 'The backend FILE cannot open m on npu:0: no NPU here.'],
    [
      'throw Object.create(null);',
      'The backend FILE cannot open m on npu:0: something that cannot be shown as text.',
    ],
    [
      'throw { toString() { throw 1 } };',
      'The backend FILE cannot open m on npu:0: something that cannot be shown as text.',
    ],
    [
      'return { get inputs() { throw new Error("later") } };',
      'The backend FILE cannot open m on npu:0: later.',
    ],
  ])('says in one sentence what came instead: %s', async (open, sentence) => {
    expect(await failure(open)).toBe(sentence);
  });

  it("passes on what a built-in backend throws: that is no fault of the user's", async () => {
    const bug = new TypeError('x is undefined');
    const backend = { name: 'simulated', version: '1', open: () => Promise.reject(bug) };
    await expect(openSession('simulated', backend, request)).rejects.toBe(bug);
  });
});
