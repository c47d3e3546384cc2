import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findOnnxRuntime } from '../../../src/backends/onnxruntime/install.js';
import { readElfLinks } from '../../../src/base/host/elf.js';
import { elfLibrary } from './elf-library.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-elf-'));

describe('the ELF reader', () => {
  it('reads what a library links to', () => {
    const path = join(folder, 'made.so');
    writeFileSync(
      path,
      elfLibrary({ needed: ['libcublas.so.13', 'libc.so.6'], soname: 'made.so', runpath: '$ORIGIN:/opt' }),
    );
    expect(readElfLinks(path)).toEqual({
      needed: ['libcublas.so.13', 'libc.so.6'],
      soname: 'made.so',
      runpath: ['$ORIGIN', '/opt'],
    });
  });

  it('gives nothing for what is no library', () => {
    const path = join(folder, 'other');
    writeFileSync(path, 'not a library, but longer than the header of one: ............................');
    expect(readElfLinks(path)).toBeUndefined();
    expect(readElfLinks(join(folder, 'absent'))).toBeUndefined();
    const cut = join(folder, 'cut.so');
    writeFileSync(cut, elfLibrary({ needed: ['a'] }).subarray(0, 100));
    expect(readElfLinks(cut)).toBeUndefined();
  });

  const runtime = findOnnxRuntime();
  const library = runtime && join(runtime.libraries, 'libonnxruntime.so.1');
  const readelf = ['/usr/bin/readelf', '/usr/local/bin/readelf'].find(existsSync);
  it.skipIf(!readelf || !library || !existsSync(library))(
    'agrees with readelf on ONNX Runtime’s library (needs binutils, and Linux)',
    () => {
      const said = execFileSync(readelf ?? '', ['-d', library ?? ''], { encoding: 'utf8' });
      const needed = [...said.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map((match) => match[1]);
      expect(readElfLinks(library ?? '')?.needed).toEqual(needed);
      expect(readFileSync(library ?? '').length).toBeGreaterThan(1e6);
    },
  );
});
