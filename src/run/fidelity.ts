/** Compares a run's answers with those of the same model in FP32 on the CPU, for any weights. */
import { float32Of } from '../accuracy/accuracy-log.js';
import { cocoFidelity } from '../accuracy/coco/fidelity.js';
import { detectionFields } from '../accuracy/coco/log.js';
import type { Fidelity } from '../accuracy/fidelity.js';
import type { QualityTarget } from '../accuracy/quality.js';
import { squadFidelity } from '../accuracy/squad/fidelity.js';
import { defaultSut } from '../backends/default-sut.js';
import type { SampleLibrary } from '../datasets/sample-library.js';
import { type SampleResponse, untilAllIssued } from '../loadgen/index.js';
import type { PlannedRun } from '../plan/types.js';
import type { RunDocument } from '../results/types.js';
import type { Machine } from '../sut/choose.js';
import { type OpenedSut, openSut } from '../sut/open.js';
import { oneQuery } from '../sut/rate.js';

export type FidelityResult = NonNullable<RunDocument['fidelity']>;

/** Undefined where the run does not ask for it, or was stopped. */
export async function measureFidelity(
  run: PlannedRun,
  answers: readonly SampleResponse[],
  machine: Machine,
  say: (what: string, fraction?: number) => void,
  signal: AbortSignal,
): Promise<FidelityResult | undefined> {
  if (!run.fidelity || signal.aborted) return undefined;
  const { reference, dataset, samples } = run.fidelity;
  const referenceRun: PlannedRun = {
    ...run,
    model: reference,
    dataset,
    ...defaultSut,
    backendOptions: {},
    instances: 'auto',
    scenario: 'Offline',
    batching: { ...run.batching, maxBatch: 'auto' },
  };
  const sut = await openSut(referenceRun, machine, say, signal);
  try {
    const chosen = spread(samples, sut.library.totalSampleCount);
    const expected = await answersOf(sut, chosen, (done) =>
      say('answering in FP32 on the CPU', done / chosen.length),
    );
    if (signal.aborted) return undefined;
    return await compare(run, sut.library, chosen, expected, answers, sut.pool.info.provider);
  } finally {
    await sut.pool.close();
  }
}

/** This many samples over the whole data set, at even distances. */
function spread(wanted: number, total: number): Uint32Array {
  const count = Math.min(wanted, total);
  return Uint32Array.from({ length: count }, (_, i) => Math.floor((i * total) / count));
}

async function answersOf(
  { library, pool, phase }: OpenedSut,
  chosen: Uint32Array,
  onDone: (done: number) => void,
): Promise<SampleResponse[]> {
  const responses: SampleResponse[] = [];
  const atOnce = Math.min(library.performanceSampleCount, 1024);
  for (let from = 0; from < chosen.length && !phase.signal?.aborted; from += atOnce) {
    const set = chosen.slice(from, from + atOnce);
    const loaded = await library.load(set);
    const phaseResult = await pool.run({
      ...phase,
      queries: oneQuery(set, set.length),
      limits: untilAllIssued,
      meanGapNs: 0,
      loaded,
      capture: new Uint8Array(new SharedArrayBuffer(set.length)).fill(1),
    });
    for (const { row, data } of phaseResult.responses)
      responses.push({ sequence: from + row, sample: phaseResult.record.sample[row]!, data });
    onDone(from + set.length);
  }
  library.unload();
  return responses;
}

async function compare(
  { quality }: PlannedRun,
  library: SampleLibrary,
  chosen: Uint32Array,
  expected: readonly SampleResponse[],
  answers: readonly SampleResponse[],
  provider: string,
): Promise<FidelityResult> {
  const places = new Map(Array.from(chosen, (sample, place) => [sample, place]));
  const [a, b] = [renumbered(expected, places, library), renumbered(answers, places, library)];
  const reference = `FP32 on ${provider}`;
  if (library.response === 'squad-logits') {
    const tokens = (place: number) => library.sampleLength!(chosen[place]!);
    const found = await squadFidelity(a, b, chosen.length, tokens);
    return {
      task: 'squad',
      reference,
      ...figuresOf(found),
      ...gate(found, quality),
      problems: sentences(found),
    };
  }
  const found = await cocoFidelity(a, b, chosen.length);
  return {
    task: 'coco',
    reference,
    ...figuresOf(found),
    ...gate(found, quality),
    problems: sentences(found),
  };
}

/** What is stored of a comparison as it is. */
function figuresOf<T extends Fidelity>(found: T) {
  const { referenceProblems, testProblems, keptShare, ...figures } = found;
  return figures;
}

/** The share of the reference that the benchmark asks for: MLPerf's 99% where it has no target of its own. */
function gate({ keptShare }: Fidelity, quality: QualityTarget | undefined) {
  const share = quality?.share ?? 0.99;
  return { gate: share, met: keptShare >= share };
}

function sentences({ referenceProblems, testProblems }: Fidelity): string[] {
  return [
    ...referenceProblems.map(({ message }) => `Reference: ${message}`),
    ...testProblems.map(({ message }) => `Run: ${message}`),
  ];
}

/** The answers to the chosen samples, numbered by their place among them; detections name their image so too. */
function renumbered(
  responses: readonly SampleResponse[],
  places: ReadonlyMap<number, number>,
  { response }: SampleLibrary,
): SampleResponse[] {
  return responses.flatMap(({ sequence, sample, data }) => {
    const place = places.get(sample);
    if (place === undefined) return [];
    if (response !== 'coco-detections' || data.length % 4 !== 0) return [{ sequence, sample: place, data }];
    const values = float32Of(data.slice());
    for (let at = 0; at < values.length; at += detectionFields) if (values[at] === sample) values[at] = place;
    return [{ sequence, sample: place, data: new Uint8Array(values.buffer) }];
  });
}
