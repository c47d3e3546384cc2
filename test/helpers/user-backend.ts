import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A session of one output `y`, [batch, 2], that is right; `run` may be replaced. */
const session = `{
  inputs: [],
  outputs: [{ name: 'y', type: 'float32', dims: ['batch', 2] }],
  provider: 'test',
  run: ({ size }) => right(size),
  close() {},
}`;
const right = `const right = (size) => ({ y: { type: 'float32', dims: [size, 2], data: new Float32Array(2 * size) } });`;

/**
 * Writes modules of backends like a user's. `open` is the body of `async open(request)`, in which `session(changes)`
 * gives a session that is right but for the changes, and `right(size)` its outputs; `beside` is the rest of the module.
 */
export function userBackends(): (open: string, beside?: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'baremark-user-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  return (open, beside = '') => {
    const file = join(folder, `backend-${count++}.mjs`);
    const text = `${right}
const session = (changes) => ({ ...${session}, ...changes });
export default { name: 'mine', version: '1', async open(request) { ${open} } };
${beside}`;
    writeFileSync(file, text);
    return file;
  };
}
