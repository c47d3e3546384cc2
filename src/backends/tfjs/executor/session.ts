/** A session that runs a program over TF.js's operators, in WebAssembly or over WebGPU. */
import { BaremarkError, messageOf } from '../../../base/errors.js';
import type { Session } from '../../backend.js';
import { type CoreVariant, openCore } from '../core.js';
import { declared } from '../declared.js';
import type { TfjsPlace } from '../install.js';
import type { Program } from '../program/program.js';
import { Executor } from './executor.js';
import type { Tf } from './tf.js';

/** @throws BaremarkError `BAD_MODEL_FILE` for a program that TF.js cannot run, and what `openCore` throws */
export async function executorSession(
  place: TfjsPlace,
  variant: CoreVariant,
  program: Program,
  file: string,
): Promise<Session> {
  const halves = [...program.weights, ...program.inputs].some(({ type }) => type === 'float16');
  if (halves)
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      `The model file ${file} is in half precision, which TF.js on ${variant} does not have; use --precision fp32, or --device cpu.`,
    );
  const tf = (await openCore(place, variant)) as Tf;
  const executor = openExecutor(tf, program, file);
  return {
    inputs: program.inputs.map(declared),
    outputs: program.outputs.map(declared),
    provider: `TF.js ${tf.version_core} ${variant}`,
    run: ({ feeds }) => executor.run(feeds),
    close: () => executor.close(),
  };
}

function openExecutor(tf: Tf, program: Program, file: string): Executor {
  try {
    return new Executor(tf, program);
  } catch (error) {
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      `TF.js cannot load the model file ${file}: ${messageOf(error)}; build or download the model again.`,
      { cause: error },
    );
  }
}
