/** What `baremark tune` found, as a file that runs read. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { BaremarkError, messageOf } from '../base/errors.js';
import type { PlannedRun } from './types.js';

const count = z.int().min(1);
const choice = z.object({ instances: count, maxBatch: count, samplesPerSecond: z.number().positive() });

const tunedFile = z.object({
  schema: z.literal('baremark-tuned/1'),
  model: z.string(),
  precision: z.string(),
  backend: z.string(),
  device: z.string(),
  offline: choice,
  /** Absent where no rate held the bound. */
  server: choice
    .extend({ maxWaitMs: z.number().min(0), boundMs: z.number().positive(), percentile: z.number() })
    .optional(),
});

export type Tuned = z.infer<typeof tunedFile>;

/** Throws `BAD_OPTION` with the path and what is wrong with the file. */
export function readTuned(path: string, where: string): Tuned {
  try {
    return tunedFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? `${error.issues[0]!.path.join('.') || 'the file'}: ${error.issues[0]!.message}`
        : messageOf(error);
    throw new BaremarkError(
      'BAD_OPTION',
      `${where} is ${path}, which was not written by baremark tune (${why}); make one with baremark tune.`,
      { cause: error },
    );
  }
}

/** The run with what was found for its scenario, where nothing else was asked for; the stream scenarios take nothing from it. */
export function withTuned(run: PlannedRun, tuned: Tuned, path: string, where: string): PlannedRun {
  const fits = {
    model: [run.model.name, tuned.model],
    precision: [run.model.precision, tuned.precision],
    backend: [run.backend, tuned.backend],
    device: [run.device, tuned.device],
  };
  for (const [what, [asked, found]] of Object.entries(fits))
    if (asked !== found)
      throw new BaremarkError(
        'BAD_OPTION',
        `${where} is ${path}, which was tuned for ${what} ${found}, but the run has ${asked}; tune for it with baremark tune.`,
      );
  const best =
    run.scenario === 'Server' ? tuned.server : run.scenario === 'Offline' ? tuned.offline : undefined;
  if (!best) return run;
  const { batching, instances } = run;
  const maxWaitMs = 'maxWaitMs' in best ? Number(best.maxWaitMs) : batching.maxWaitMs;
  return {
    ...run,
    tuned: path,
    instances: instances === 'auto' ? best.instances : instances,
    batching: {
      ...batching,
      maxBatch: batching.maxBatch === 'auto' ? best.maxBatch : batching.maxBatch,
      maxWaitMs: batching.maxWaitMs === 'auto' ? maxWaitMs : batching.maxWaitMs,
    },
  };
}
