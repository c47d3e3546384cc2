/**
 * Makes systems at random, with their truths: `npx tsx test/conformance/peak/make-systems.ts COUNT [SEED [FROM]]` prints one a
 * line, as JSON, which is YAML. It tells on standard error how well each truth is known, and leaves out those that are not.
 */
import { type RandomNumbers, randomNumbers } from '../../../src/base/random.js';
import { parseYaml } from '../../../src/plan/yaml.js';
import { virtualSystemOf } from '../../../src/search/virtual/system.js';
import { truthOf } from './truth.js';

/** A system as its file has it, without its truth. */
export function randomSystem(name: string, random: RandomNumbers, rules: 'quick' | 'mlperf') {
  const even = (low: number, high: number) => low + (high - low) * random();
  const spread = (low: number, high: number) => Math.exp(even(Math.log(low), Math.log(high)));
  const instances = 1 + Math.floor(8 * random());
  const maxBatch = 2 ** Math.floor(7 * random());
  const fixedMs = spread(0.5, 20);
  const perSampleMs = spread(0.05, 3);
  const jitterMs = random() < 0.7 ? fixedMs * even(0, 0.3) : 0;
  const sigma = random() < 0.6 ? even(0, 0.5) : 0;
  const slice = random() < 0.3 ? { period: ms(spread(1, 20)), share: short(even(0.25, 0.9)) } : undefined;
  const stalls = random() < 0.3 ? { every: ms(1000 * spread(5, 60)), for: ms(spread(5, 100)) } : undefined;
  // From lowest to highest 3%.
  const drift = random() < 0.2 ? { period: ms(1000 * spread(30, 600)), amplitude: 0.015 } : undefined;
  const loneMs = (fixedMs + perSampleMs) / (slice?.share ?? 1);
  return {
    name,
    bound: ms(loneMs * spread(1.5, 100)),
    percentile: 0.99,
    rules,
    device: {
      instances,
      fixed: ms(fixedMs),
      'per-sample': ms(perSampleMs),
      'max-batch': maxBatch,
      jitter: ms(jitterMs),
      'tail-sigma': short(sigma),
      slice,
      stalls,
      drift,
    },
  };
}

const short = (value: number) => Number(value.toPrecision(4));
const ms = (value: number) => `${short(value)}ms`;

function main(count: number, seed: number, from: number): void {
  for (let i = from; i < from + count; i++) {
    const started = process.cpuUsage().user;
    const file = randomSystem(
      `s${i}`,
      randomNumbers(seed + 2 ** 32 * (i + 1)),
      i % 2 === 0 ? 'quick' : 'mlperf',
    );
    const system = virtualSystemOf(parseYaml(JSON.stringify(file), `${file.name}.yaml`));
    const { qps, error, known } = truthOf(system, i + 1);
    const cpuS = (process.cpuUsage().user - started) / 1e6;
    const told = `${(100 * error).toFixed(3)}% ${cpuS.toFixed(1)} s`;
    console.error(`${file.name} ${qps.toFixed(2)} ${told}${known ? '' : ' LEFT OUT'}`);
    if (known) console.log(JSON.stringify({ ...file, truth: Number(qps.toPrecision(6)) }));
  }
}

if (process.argv[1] === import.meta.filename) {
  const [count = '200', seed = '1', from = '0'] = process.argv.slice(2);
  main(Number(count), Number(seed), Number(from));
}
