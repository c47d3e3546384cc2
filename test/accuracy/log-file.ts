/** Accuracy logs for the tests, written by hand in LoadGen's format. */

export interface TestEntry {
  readonly sample: number;
  readonly data: ArrayBufferView;
}

/** The text of a log: one entry a line between brackets, hexadecimal in capitals, as LoadGen writes it. */
export function logText(entries: readonly TestEntry[]): string {
  const lines = entries.map(({ sample, data }, i) => {
    const hex = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex').toUpperCase();
    return `{ "seq_id" : ${i}, "qsl_idx" : ${sample}, "data" : "${hex}" }`;
  });
  return `[\n${lines.join(',\n')}\n]\n`;
}

/** Start and end logits in turn. */
export function interleave(start: ArrayLike<number>, end: ArrayLike<number>): Float32Array {
  return Float32Array.from({ length: 2 * start.length }, (_, i) => (i % 2 === 0 ? start : end)[i >> 1]!);
}
