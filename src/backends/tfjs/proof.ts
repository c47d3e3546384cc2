/** Finds out whether a variant of TF.js really computes here, by a product of two matrices in a separate process. */
import { messageOf } from '../../base/errors.js';
import { askChild } from '../devices/ask-child.js';
import type { DeviceOutcome } from '../examination.js';
import { isNative, type TfjsPlace, type TfjsVariant } from './install.js';
import { libraryEnvironment } from './library.js';
import type { ProofMessage } from './proof-main.js';

export interface Proof {
  readonly outcome: DeviceOutcome;
  /** TensorFlow's version, or that of TF.js where it computes itself; undefined where it does not work. */
  readonly version: string | undefined;
}

/** What TensorFlow writes to its log where it finds no GPU; the last says most. */
const reasons = [
  /failed call to cuInit: .+/,
  /(?:Could not|Cannot) (?:load dynamic library|dlopen) .+/,
  /lib[\w.+-]+\.so[.\d]*: cannot open shared object file: No such file or directory/,
  /Could not find cuda drivers on your machine/,
  /lib[\w.+-]+\.so[.\d]*: version [`'][\w.]+' not found/,
];

/** The reason in one line of at most 300 characters, without TensorFlow's source files and times. */
export function proofReason(error: string | undefined, noise: string): string {
  const said = reasons.flatMap((reason) => reason.exec(noise)?.[0] ?? []);
  const line = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
  if (error !== undefined)
    return [line(error).replace(/\.$/, ''), ...said.map(line)].slice(0, 2).join(': ').slice(0, 300);
  return line(said[0] ?? noise.slice(-300)).slice(0, 300);
}

export interface ProofOptions {
  /** Variables added to the environment of the process that computes. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Takes a second on a CPU, several on a GPU; never throws. */
export async function proveTfjs(
  place: Pick<TfjsPlace, 'root'>,
  variant: TfjsVariant,
  { env = {}, timeoutMs = 120_000 }: ProofOptions = {},
): Promise<Proof> {
  const native = isNative(variant) ? libraryEnvironment(variant) : {};
  try {
    const { outcome, message } = await askChild<ProofMessage>({
      entry: 'backends/tfjs/proof-main.js',
      args: [place.root, variant],
      // Its warnings say why it takes no GPU.
      env: { ...native, ...env, ...(variant === 'cuda' ? { TF_CPP_MIN_LOG_LEVEL: '0' } : {}) },
      timeoutMs,
      reason: proofReason,
    });
    return { outcome, version: outcome.kind === 'works' ? message?.version : undefined };
  } catch (error) {
    return { outcome: { kind: 'fails', reason: messageOf(error) }, version: undefined };
  }
}
