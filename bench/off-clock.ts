/** What is done while no clock runs: the fingerprint, the evaluators, and reading results. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluateCoco } from '../src/accuracy/coco/evaluate.js';
import { type CocoSet, emptyDetections, emptyTruth, setBox } from '../src/accuracy/coco/table.js';
import { scoreSquad } from '../src/accuracy/squad/score.js';
import { readResults } from '../src/results/read/results.js';
import { takeFingerprint } from '../src/system/fingerprint.js';
import { type Figure, repeat } from './figure.js';

async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Park and Miller's generator, uniform on (0, 1): the same set each time. */
function uniform(): () => number {
  let state = 7;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** As large as COCO's validation set with 100 detections per image: half near an object, half anywhere. */
function cocoSet(): CocoSet {
  const random = uniform();
  const truth = emptyTruth(35_000);
  const detections = emptyDetections(500_000);
  const box = () => [random() * 340, random() * 180, random() * 300, random() * 300];
  for (let i = 0; i < truth.count; i++) {
    const b = box();
    setBox(truth, i, i % 5000, Math.floor(random() ** 2 * 80), b);
    truth.area[i] = b[2]! * b[3]!;
    truth.crowd[i] = random() < 0.02 ? 1 : 0;
  }
  for (let i = 0; i < detections.count; i++) {
    const near = i % truth.count;
    const around = truth.boxes.subarray(4 * near, 4 * near + 4).map((x) => x + 20 * random());
    if (i % 2 === 0) setBox(detections, i, truth.image[near]!, truth.category[near]!, around);
    else setBox(detections, i, i % 5000, Math.floor(random() * 80), box());
    detections.score[i] = random();
  }
  return { images: 5000, categories: 80, truth, detections };
}

/** As large as SQuAD's development set, three answers per question. */
function squadAnswers() {
  const text = 'the first of the three answers, in Santa Clara, California';
  const questions = Array.from({ length: 10_570 }, (_, i) => ({
    id: String(i),
    answers: [text, `${text} ${i}`, text.slice(i % 30)],
  }));
  return { questions, predictions: new Map(questions.map(({ id }) => [id, `${text}.`])) };
}

/** A submission's scenario with 300 runs, and thousands of files that are none of its logs. */
function writeRuns(out: string): void {
  const summary = new URL(
    '../test/golden/loadgen-6.0.17/summaries/server-bert-valid.mlperf_log_summary.txt',
    import.meta.url,
  );
  for (let run = 1; run <= 300; run++) {
    const folder = join(out, 'box', 'bert-99', 'Server', 'performance', `run_${run}`);
    mkdirSync(folder, { recursive: true });
    copyFileSync(summary, join(folder, 'mlperf_log_summary.txt'));
    if (run === 1) for (let i = 0; i < 4_000; i++) writeFileSync(join(folder, `core.${i}`), '');
  }
}

export async function offClock(runs: number): Promise<readonly Figure[]> {
  const coco = cocoSet();
  const { questions, predictions } = squadAnswers();
  const out = mkdtempSync(join(tmpdir(), 'baremark-bench-'));
  writeRuns(out);
  const { fingerprint, detections, answers, results } = await repeat(runs, async () => ({
    fingerprint: await seconds(() => takeFingerprint()),
    detections: await seconds(() => evaluateCoco(coco)),
    answers: await seconds(() => scoreSquad(questions, predictions)),
    results: await seconds(() => readResults(out)),
  }));
  rmSync(out, { recursive: true });
  const unit = 's';
  return [
    { name: 'fingerprint', unit, values: fingerprint!, atMost: 2 },
    { name: 'mAP of 500,000 detections', unit, values: detections!, atMost: 30 },
    { name: 'F1 of 10,570 answers', unit, values: answers!, atMost: 3 },
    { name: '300 runs and 4,000 other files read', unit, values: results!, atMost: 10 },
  ];
}
