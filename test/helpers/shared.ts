/**
 * Third-party data that may lie in `../shared`, beside the project: SQuAD, COCO, published MLPerf logs. They are not ours
 * to give away, so a test that needs them is skipped where they are absent and says so in its name; beside it stands a
 * test of the same behaviour on data of our own (`test/golden`).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';

const root = fileURLToPath(new URL('../../../shared/', import.meta.url));

/** A path in the folder of third-party data. */
export function sharedPath(...parts: string[]): string {
  return join(root, ...parts);
}

/** What `needs` names and is not there, as the end of a test's name. */
function absence(needs: readonly string[]): string | undefined {
  const missing = needs.filter((path) => !existsSync(sharedPath(path)));
  if (missing.length === 0) return undefined;
  const list = missing.map((path) => `../shared/${path}`).join(' and ');
  return `(skipped: ${list} ${missing.length === 1 ? 'is' : 'are'} not there)`;
}

/** A test that needs these paths of the third-party data. */
export function itWithShared(
  needs: readonly string[],
  name: string,
  test: () => Promise<void>,
  timeout?: number,
): void {
  const absent = absence(needs);
  if (absent) it.skip(`${name} ${absent}`);
  else it(name, test, timeout);
}

/** Tests that need these paths; where one is absent, `body` is not run and one skipped test stands for all. */
export function describeWithShared(needs: readonly string[], name: string, body: () => void): void {
  const absent = absence(needs);
  describe(name, absent ? () => it.skip(absent) : body);
}
