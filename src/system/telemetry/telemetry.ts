/** Telemetry during a run: started before it, stopped after it, and in its own process in between. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../base/errors.js';
import { compiledEntry } from '../../base/host/compiled-entry.js';
import { localHost } from '../../base/host/host.js';
import type { Measured } from '../../base/measured.js';
import { readHypervisor } from '../hypervisor/hypervisor.js';
import type { Samples } from './sample.js';
import { seriesCsv } from './series-csv.js';
import { summarizeTelemetry, type TelemetrySummary } from './summary.js';

export interface TelemetryOptions {
  /** Time between samples, milliseconds; 1000 unless told. */
  readonly intervalMs?: number;
  /** Whether to keep an `nvidia-smi` running beside. */
  readonly gpu: boolean;
  /** The process that is measured; this one unless told. */
  readonly pid?: number;
  /** The fingerprint's name of the hypervisor; found out at the end where it is not given. */
  readonly hypervisor?: Measured<string>;
  /** The command that stands for `nvidia-smi`. */
  readonly nvidiaSmi?: string;
}

export interface TelemetryResult {
  readonly summary: TelemetrySummary;
  /** A CSV table of the samples; only a header where nothing was sampled. */
  readonly seriesCsv: string;
}

export interface Telemetry {
  /** Settles when the first sample has been taken, or when there will be none; never rejects. */
  readonly ready: Promise<void>;
  /** Takes a last sample and ends the sampler. Never rejects: what failed is unavailable, with the reason. */
  stop(): Promise<TelemetryResult>;
}

const stopWithinMs = 5000;
const readyWithinMs = 5000;

function timer(ms: number): { readonly passed: Promise<void>; cancel(): void } {
  let handle: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    handle = setTimeout(resolve, ms);
  });
  return { passed, cancel: () => clearTimeout(handle) };
}

/** Starts sampling; costs this process one fork, and nothing until `stop`. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const { intervalMs = 1000, pid = process.pid, nvidiaSmi = 'nvidia-smi' } = options;
  const args = [String(intervalMs), String(pid), ...(options.gpu ? [nvidiaSmi] : [])];
  let fault: string | undefined;
  let samples: Samples | undefined;
  const child = fork(fileURLToPath(compiledEntry('system/telemetry/main.js')), args, {
    execArgv: [],
    stdio: 'ignore',
    serialization: 'advanced',
  });
  // A run that fails before it stops the telemetry must still be able to end; the sampler then ends with it.
  child.unref();
  child.channel?.unref();
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      fault = `the sampler failed: ${messageOf(error)}`;
      resolve();
    });
    child.once('exit', (code, signal) => {
      fault ??= samples ? undefined : `the sampler ended early (${signal ?? `code ${code}`})`;
      resolve();
    });
  });
  const first = new Promise<void>((resolve) => {
    child.on('message', (message: 'ready' | Samples) => {
      if (message === 'ready') resolve();
      else samples = message;
    });
  });
  const patience = timer(readyWithinMs);
  const ready = Promise.race([first, ended, patience.passed]).finally(patience.cancel);
  let result: Promise<TelemetryResult> | undefined;
  return {
    ready,
    stop() {
      result ??= (async () => {
        await ready;
        if (child.connected) child.send('stop', () => {});
        const limit = timer(stopWithinMs);
        await Promise.race([ended, limit.passed]);
        limit.cancel();
        if (child.exitCode === null && child.signalCode === null) {
          child.kill('SIGKILL');
          fault ??= 'the sampler did not end in time';
        }
        const found: Samples = samples ?? { cpu: [], gpu: [], gpuFault: fault, ownCpuS: 0 };
        const hypervisor = options.hypervisor ?? (await readHypervisor(localHost())).name;
        const summary = summarizeTelemetry(found, hypervisor);
        return { summary: samples ? summary : blamed(summary, fault), seriesCsv: seriesCsv(found) };
      })();
      return result;
    },
  };
}

/** A summary whose every field is unavailable for one reason. */
function blamed(summary: TelemetrySummary, fault = 'nothing was sampled'): TelemetrySummary {
  const fields = Object.entries(summary).map(([name, field]) => [
    name,
    typeof field === 'object' ? { unavailable: fault } : field,
  ]);
  return Object.fromEntries(fields) as TelemetrySummary;
}
