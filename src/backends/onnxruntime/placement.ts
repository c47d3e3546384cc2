/**
 * Which execution provider ONNX Runtime gives each node of a model to, found in a separate process before anything is
 * measured. Nodes are counted after the optimizations that no provider takes part in, before fusions.
 */
import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BaremarkError } from '../../base/errors.js';
import { compiledEntry } from '../../base/host/compiled-entry.js';
import { type Measured, measured } from '../../base/measured.js';
import type { NodePlacement, PlacementRequest } from '../profile.js';
import { providers, readProvider } from './providers.js';

/** What the process is given. */
export interface OpenedThere {
  readonly file: string;
  /** As the onnxruntime backend takes it. */
  readonly device: string;
  readonly options: Readonly<Record<string, unknown>>;
}

const cpu = providers.cpu.name;

/** A model that takes longer than this to open, milliseconds, is opened without knowing. */
const openMs = 300_000;

/**
 * The placement out of ONNX Runtime's most talkative log of opening a session (`VerifyEachNodeIsAssignedToAnEp` in
 * its `session_state.cc`); undefined where the log does not tell.
 */
export function parsePlacement(lines: Iterable<string>): NodePlacement | undefined {
  const nodes: Record<string, number> = {};
  const onCpu = new Set<string>();
  let provider = '';
  for (const line of lines) {
    const [, name, count] = /odes?(?:\(s\))? placed on \[(\w+)\]\. Number of nodes: (\d+)/.exec(line) ?? [];
    if (name !== undefined) {
      provider = name;
      nodes[name] = (nodes[name] ?? 0) + Number(count);
      continue;
    }
    const operator = /VerifyEachNodeIsAssignedToAnEp\]\s+(\S+) \(.*\)$/.exec(line)?.[1];
    if (operator !== undefined && provider === cpu) onCpu.add(operator);
  }
  return provider === '' ? undefined : { nodes, onCpu: [...onCpu].sort() };
}

/**
 * Opens the model there once and says where its nodes went. Never throws; takes about as long as opening it.
 * @param env variables added to the environment of the process that opens it
 */
export function findPlacement(
  request: OpenedThere,
  env: Readonly<Record<string, string>> = {},
): Promise<Measured<NodePlacement>> {
  return new Promise((resolve) => {
    const entry = fileURLToPath(compiledEntry('backends/onnxruntime/placement-main.js'));
    const child = fork(entry, [JSON.stringify(request)], {
      env: { ...process.env, ...env },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      timeout: openMs,
      killSignal: 'SIGKILL',
    });
    let why = '';
    child.on('message', (error) => {
      why = String(error);
    });
    child.on('error', ({ message }) => resolve({ unavailable: message }));
    const kept: string[] = [];
    createInterface({ input: child.stderr! }).on('line', (line) => {
      if (line.includes('VerifyEachNodeIsAssignedToAnEp')) kept.push(line.replaceAll('\x1b[m', '').trimEnd());
    });
    child.on('close', (code, signal) => {
      const found = parsePlacement(kept);
      const ended = why || `the process that opens the model ended with ${signal ?? `code ${code}`}`;
      resolve(found ? measured(found) : { unavailable: ended });
    });
  });
}

/**
 * Undefined on the CPU, where there is nothing to tell.
 * @throws BaremarkError `UNKNOWN_DEVICE` where the CPU would run the whole model
 */
export async function placementOf({
  model,
  device,
  options,
}: PlacementRequest): Promise<Measured<NodePlacement> | undefined> {
  if (readProvider(device).kind === 'cpu' || model.file === undefined) return undefined;
  const found = await findPlacement({ file: model.file, device, options });
  if ('value' in found && Object.keys(found.value.nodes).every((name) => name === cpu))
    throw new BaremarkError(
      'UNKNOWN_DEVICE',
      `ONNX Runtime opened ${model.name} on ${device} but gave all of its nodes to the CPU, so this would not be a run on ${device}; use a model whose operators the device has, or --device cpu.`,
    );
  return found;
}
