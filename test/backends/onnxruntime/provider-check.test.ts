import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findOnnxRuntime } from '../../../src/backends/onnxruntime/install.js';
import { checkProvider, shortReason } from '../../../src/backends/onnxruntime/provider-check.js';

const runtime = findOnnxRuntime();
const cuda = runtime && existsSync(join(runtime.libraries, 'libonnxruntime_providers_cuda.so'));

describe('opening a session', () => {
  it('works on the CPU', async () => {
    expect(await checkProvider('cpu')).toMatchObject({ kind: 'works' });
  });

  it.skipIf(cuda)(
    'fails on CUDA without its provider, and never falls back (skipped where it is installed)',
    async () => {
      expect(await checkProvider('cuda:0')).toEqual({
        kind: 'fails',
        reason: expect.stringContaining('libonnxruntime_providers_shared.so') as string,
      });
    },
  );

  it('fails on a provider that does not exist, and in time', async () => {
    expect(await checkProvider('nonsense')).toMatchObject({ kind: 'fails' });
    expect(await checkProvider('cpu', { timeoutMs: 1 })).toEqual({
      kind: 'fails',
      reason: 'it did not open within 0.001 s',
    });
  });

  it('takes the cause out of a native message', () => {
    expect(
      shortReason(
        'Failed to load library /a/libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file: No such file or directory',
      ),
    ).toBe('libcublasLt.so.13: cannot open shared object file: No such file or directory');
    expect(shortReason('/onnxruntime_src/core/x.cc:55 void f()\n  was false')).toBe(
      'x.cc void f() was false',
    );
  });
});
