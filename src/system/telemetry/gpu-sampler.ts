/** Keeps one `nvidia-smi` process running and turns its lines into samples. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { hasErrno, messageOf } from '../../base/errors.js';
import { gpuQueryArgs, parseGpuLine, throttleFields } from './gpu-query.js';
import type { GpuSample } from './sample.js';

export interface GpuSampler {
  readonly samples: readonly GpuSample[];
  /** Why there are no samples, so far. */
  fault(): string | undefined;
  /** Settles when the first sample or the first fault has come. */
  readonly started: Promise<void>;
  stop(): void;
}

export function startGpuSampler(command: string, intervalMs: number, now: () => number): GpuSampler {
  const samples: GpuSample[] = [];
  let complaint: string | undefined;
  let child: ChildProcess | undefined;
  let stopped = false;
  let settle = () => {};
  const started = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const fail = (why: string) => {
    complaint ??= why;
    settle();
  };
  const launch = (attempt: number): void => {
    const field = throttleFields[attempt];
    if (field === undefined) {
      fail(complaint ?? 'nvidia-smi does not know throttle reasons');
      return;
    }
    const running = spawn(command, [...gpuQueryArgs(intervalMs, field)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = running;
    let refused = false;
    const onLine = (line: string) => {
      const sample = parseGpuLine(line, now());
      if (sample) samples.push(sample);
      else if (line.includes(field)) refused = true;
      else if (line.trim() !== '') complaint ??= `nvidia-smi says: ${line.trim().slice(0, 200)}`;
      if (sample) settle();
    };
    createInterface({ input: running.stdout }).on('line', onLine);
    createInterface({ input: running.stderr }).on('line', onLine);
    running.on('error', (error) =>
      fail(hasErrno(error, 'ENOENT') ? 'nvidia-smi is not installed' : messageOf(error)),
    );
    running.on('close', (code) => {
      if (stopped) return;
      if (refused && samples.length === 0) launch(attempt + 1);
      else fail(complaint ?? `nvidia-smi ended with code ${code}`);
    });
  };
  launch(0);
  return {
    samples,
    started,
    fault: () => (samples.length > 0 ? undefined : (complaint ?? 'nvidia-smi printed nothing in time')),
    stop() {
      stopped = true;
      child?.kill();
    },
  };
}
