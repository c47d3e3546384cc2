/** A process that runs one model on webgpu through the onnxruntime backend: feeds and outputs travel as JSON. */
import { readFileSync, writeFileSync } from 'node:fs';

const [backendUrl, requestFile, answerFile] = process.argv.slice(2);
const arrays = { float32: Float32Array, int64: BigInt64Array, uint8: Uint8Array };
const { file, device, feeds } = JSON.parse(readFileSync(requestFile, 'utf8'));

const { onnxruntime } = await import(backendUrl);
const session = await onnxruntime.open({
  model: { name: 'test', file, precision: 'fp32' },
  device,
  instance: 0,
  options: {},
});
const tensors = Object.fromEntries(
  Object.entries(feeds).map(([name, { type, dims, values }]) => [
    name,
    { type, dims, data: arrays[type].from(type === 'int64' ? values.map(BigInt) : values) },
  ]),
);
const outputs = await session.run({ size: 1, feeds: tensors });
const answer = { provider: session.provider, outputs: {} };
for (const [name, { dims, data }] of Object.entries(outputs))
  answer.outputs[name] = { dims: [...dims], values: Array.from(data, Number) };
writeFileSync(answerFile, JSON.stringify(answer));
await session.close();
