// A complete backend: it answers every question with the middle of its text, after a pause that the user chooses.
const int64 = (name) => ({ name, type: 'int64', dims: ['batch', 'sequence'] });
const logits = (name) => ({ name, type: 'float32', dims: ['batch', 'sequence'] });

export default {
  name: 'echo',
  version: '1.0.0',
  async open({ device, options }) {
    if (device !== 'cpu') throw new Error(`echo runs on cpu, not on ${device}`);
    return {
      inputs: ['input_ids', 'input_mask', 'segment_ids'].map(int64),
      outputs: ['output_start_logits', 'output_end_logits'].map(logits),
      provider: 'echo',
      async run({ size, feeds: { input_ids } }) {
        await new Promise((resolve) => setTimeout(resolve, Number(options.pauseMs ?? 5)));
        const [, length] = input_ids.dims;
        const data = Float32Array.from(input_ids.data, (_, i) => -Math.abs((i % length) - length / 2));
        const answer = { type: 'float32', dims: [size, length], data };
        return { output_start_logits: answer, output_end_logits: answer };
      },
      close() {},
    };
  },
};

/** What baremark should know before it opens a session; all of it optional. */
export const profile = {
  deviceExamples: ['cpu'],
  checkDevice: (device) => (device === 'cpu' ? undefined : ', which echo does not have; choose cpu.'),
  defaults: ({ task }, { cores }) => ({ instances: cores, maxBatch: task === 'bert' ? 8 : 1 }),
  tuning: () => ({ batches: [1, 4, 8], instances: [1, 2], waitsMs: [0] }),
};
