/** Which execution provider ONNX Runtime gives each node of a model to, found in a process of its own before anything is measured. */
import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compiledEntry } from '../../base/host/compiled-entry.js';
import { type Measured, measured } from '../../base/measured.js';

/** Nodes after the optimizations that no provider takes part in, before fusions. */
export interface Placement {
  /** Number of nodes by ONNX Runtime's name of the provider. */
  readonly nodes: Readonly<Record<string, number>>;
  /** Kinds of operators of the nodes that the CPU runs, sorted. */
  readonly onCpu: readonly string[];
}

export interface PlacementRequest {
  readonly file: string;
  /** As the onnxruntime backend takes it. */
  readonly device: string;
  readonly options: Readonly<Record<string, unknown>>;
}

const cpu = 'CPUExecutionProvider';

/** A model that takes longer than this to open, milliseconds, is opened without knowing. */
const openMs = 300_000;

/**
 * The placement out of ONNX Runtime's most talkative log of opening a session (`VerifyEachNodeIsAssignedToAnEp` in
 * its `session_state.cc`); undefined where the log does not tell.
 */
export function parsePlacement(lines: Iterable<string>): Placement | undefined {
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
  request: PlacementRequest,
  env: Readonly<Record<string, string>> = {},
): Promise<Measured<Placement>> {
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
      const ended = why || `the process that was to tell ended with ${signal ?? `code ${code}`}`;
      resolve(found ? measured(found) : { unavailable: ended });
    });
  });
}
