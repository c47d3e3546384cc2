import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../src/base/host/host.js';

describe('a command', () => {
  it('that ends tells how, and what it said', async () => {
    expect(await runCommand('sh', ['-c', 'echo out; echo err >&2; exit 3'])).toEqual({
      kind: 'exited',
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('that is not there is missing', async () => {
    expect(await runCommand('baremark-has-no-such-command', [])).toEqual({ kind: 'missing' });
  });

  it.skipIf(process.platform !== 'linux')('that cannot be started says why', async () => {
    // Longer than Linux lets one argument be.
    expect(await runCommand('true', ['x'.repeat(1 << 20)])).toMatchObject({
      kind: 'exited',
      code: 1,
      stderr: expect.stringMatching(/E2BIG/),
    });
  });
});
