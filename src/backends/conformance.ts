/** What every backend must do, as checks that any test runner can run: one list for ours and for users' own. */
import type { Tensor, TensorMap } from '../base/tensor.js';
import type { Backend, OpenRequest, Session } from './backend.js';
import { outputProblem } from './output-check.js';
import { sessionProblem } from './session-check.js';

export interface ConformanceSubject {
  readonly backend: Backend;
  /** A model and device that the backend can open. */
  readonly request: OpenRequest;
  /** Inputs for a batch of this size; sample i must be the same whatever the size. Absent where the model takes none. */
  readonly feeds?: (size: number) => TensorMap;
  /** Largest difference allowed between the same sample computed twice; default 1e-4, as batches may round differently. */
  readonly tolerance?: number;
}

export interface ConformanceCheck {
  readonly name: string;
  /** Throws an error that says what is wrong. */
  readonly run: () => Promise<void>;
}

/** The checks for one backend, independent of each other; each opens sessions of its own and closes them. */
export function backendConformance(subject: ConformanceSubject): readonly ConformanceCheck[] {
  const { backend, request } = subject;
  const tolerance = subject.tolerance ?? 1e-4;
  const runOf = async (session: Session, size: number) =>
    session.run({ size, feeds: subject.feeds?.(size) ?? {} });
  const withSession = (use: (session: Session) => Promise<void>) => async () => {
    const session = await backend.open(request);
    try {
      await use(session);
    } finally {
      await session.close();
    }
  };
  return [
    {
      name: 'has a name and a version',
      run: async () => {
        expect(backend.name.length > 0, 'name is empty');
        expect(backend.version.length > 0, 'version is empty');
      },
    },
    {
      name: 'opens a session that names its provider and its inputs and outputs',
      run: withSession(async (session) => {
        const problem = sessionProblem(session);
        expect(problem === undefined, `open() gave no session that can be used: ${problem}`);
        if (session.inputs.length > 0)
          expect(subject.feeds, 'the session declares inputs but the subject gives no feeds');
      }),
    },
    {
      name: 'gives every declared output as declared, with the batch as first dimension and finite numbers',
      run: withSession(async (session) => {
        for (const size of [1, 3]) {
          const outputs = await runOf(session, size);
          const batch = { size, feeds: subject.feeds?.(size) ?? {} };
          const problem = outputProblem(session, batch, outputs);
          expect(problem === undefined, problem ?? '');
          for (const { name } of session.outputs)
            expect(
              outputs[name]!.dims[0] === size,
              `output ${name} has first dimension ${outputs[name]!.dims[0]} for a batch of ${size}`,
            );
        }
      }),
    },
    {
      name: 'gives the same results for the same samples, whatever the batch',
      run: withSession(async (session) => {
        const alone = copy(await runOf(session, 1));
        await runOf(session, 4);
        const again = copy(await runOf(session, 1));
        const together = copy(await runOf(session, 3));
        for (const name of Object.keys(alone)) {
          expectClose(alone[name]!, again[name]!, tolerance, `${name}, run twice`);
          expectClose(alone[name]!, together[name]!, tolerance, `${name}, alone and in a batch of 3`);
        }
      }),
    },
    {
      name: 'runs two sessions side by side',
      run: withSession(async (first) => {
        const second = await backend.open({ ...request, instance: request.instance + 1 });
        try {
          const [a, b] = [copy(await runOf(first, 1)), copy(await runOf(second, 1))];
          for (const name of Object.keys(a))
            expectClose(a[name]!, b[name]!, tolerance, `${name}, in two sessions`);
        } finally {
          await second.close();
        }
        await runOf(first, 1);
      }),
    },
    {
      name: 'refuses a device that it does not have',
      run: () =>
        expectRejection(backend, { ...request, device: 'no-such-device:9' }, 'a device it does not have'),
    },
    {
      name: 'refuses a model file that does not exist',
      run: async () => {
        if (request.model.file === undefined) return;
        const model = { ...request.model, file: `${request.model.file}.missing` };
        await expectRejection(backend, { ...request, model }, 'a model file that does not exist');
      },
    },
    {
      name: 'fails a batch that does not fit the model, and goes on with the next',
      run: withSession(async (session) => {
        if (session.inputs.length === 0) return;
        let failed = false;
        try {
          await session.run({ size: 1, feeds: {} });
        } catch {
          failed = true;
        }
        expect(failed, 'a batch without inputs was accepted');
        await runOf(session, 1);
      }),
    },
  ];
}

function expect(holds: unknown, message: string): asserts holds {
  if (!holds) throw new Error(message);
}

async function expectRejection(backend: Backend, request: OpenRequest, what: string): Promise<void> {
  let session: Session;
  try {
    session = await backend.open(request);
  } catch (error) {
    expect(error instanceof Error && error.message.length > 0, `refusing ${what}, it gave no message`);
    return;
  }
  await session.close();
  throw new Error(`it opened ${what}`);
}

/** Backends may reuse their output buffers, so what is compared later is copied. */
function copy(outputs: TensorMap): TensorMap {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]),
  );
}

/** Compares the first sample of both. */
function expectClose(a: Tensor, b: Tensor, tolerance: number, what: string): void {
  const each = a.data.length / (a.dims[0] ?? 1);
  for (let i = 0; i < each; i++) {
    const difference = Math.abs(Number(a.data[i]) - Number(b.data[i]));
    expect(difference <= tolerance, `${what}: element ${i} differs by ${difference}`);
  }
}
