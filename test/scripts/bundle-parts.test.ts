import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checksumFile, parseSize, splitFile, unpackScript } from '../../scripts/bundle-parts.js';

describe('sizes', () => {
  it.each<[string, number | undefined]>([
    ['60M', 62914560],
    ['1g', 1073741824],
    ['500K', 512000],
    ['1000000', 1000000],
    ['999', undefined],
    ['-1M', undefined],
    ['60 apples', undefined],
    ['', undefined],
  ])('%j', (text, bytes) => expect(parseSize(text)).toBe(bytes));
});

const posix = process.platform !== 'win32';

/** An archive of one random file, split, with its checksums and its script, in a fresh folder. */
async function bundle(partBytes: number) {
  const folder = mkdtempSync(join(tmpdir(), 'baremark-parts-'));
  mkdirSync(join(folder, 'baremark'));
  const content = randomBytes(100_000);
  writeFileSync(join(folder, 'baremark', 'data'), content);
  const archive = join(folder, 'b.tar.gz');
  execFileSync('tar', ['-czf', archive, '-C', folder, 'baremark']);
  const whole = readFileSync(archive);
  rmSync(join(folder, 'baremark'), { recursive: true });
  const parts = await splitFile(archive, partBytes);
  rmSync(archive);
  writeFileSync(join(folder, 'SHA256SUMS'), checksumFile(parts));
  writeFileSync(join(folder, 'unpack.sh'), unpackScript(parts));
  return { folder, content, parts, whole };
}

const unpack = (folder: string, target: string, env = process.env) =>
  spawnSync('/bin/sh', [join(folder, 'unpack.sh'), target], { encoding: 'utf8', env });

describe.skipIf(!posix)('an archive in parts (needs a POSIX shell)', () => {
  it('is the archive again, part by part, and unpacks to what was packed', async () => {
    const { folder, content, parts, whole } = await bundle(30_000);
    const pieces = parts.map(({ name }) => readFileSync(join(folder, name)));
    expect(Buffer.concat(pieces).equals(whole)).toBe(true);
    expect(parts.map(({ bytes }) => bytes)).toEqual(pieces.map(({ length }) => length));
    expect(parts.slice(0, -1).every(({ bytes }) => bytes === 30_000)).toBe(true);
    expect(parts[0]?.sha256).toBe(
      createHash('sha256')
        .update(pieces[0] ?? '')
        .digest('hex'),
    );
    const target = join(folder, 'a place with spaces');
    const { status, stdout } = unpack(folder, target);
    expect(status).toBe(0);
    expect(stdout).toContain('/baremark/baremark --help');
    expect(readFileSync(join(target, 'baremark', 'data')).equals(content)).toBe(true);
  });

  it('is one part where it fits', async () => {
    const { parts } = await bundle(Number.MAX_SAFE_INTEGER);
    expect(parts.map(({ name }) => name)).toEqual(['b.tar.gz.000']);
  });

  it('is refused when a part is missing or damaged, also without sha256sum', async () => {
    const { folder, parts } = await bundle(30_000);
    const second = join(folder, parts[1]?.name ?? '');
    const good = readFileSync(second);
    const target = join(folder, 'target');
    // A PATH with the tools that the script needs, and no sha256sum.
    const bare = mkdtempSync(join(tmpdir(), 'baremark-path-'));
    for (const tool of ['cat', 'gzip', 'tar', 'mkdir', 'dirname'])
      writeFileSync(join(bare, tool), `#!/bin/sh\nPATH=$REAL_PATH exec ${tool} "$@"\n`, { mode: 0o755 });
    const without = { PATH: bare, REAL_PATH: process.env.PATH };
    const damaged = Buffer.from(good);
    damaged[100] = (damaged[100] ?? 0) ^ 0xff;
    writeFileSync(second, damaged);
    expect(unpack(folder, target)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('damaged') as string,
    });
    expect(unpack(folder, target, without)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('damaged') as string,
    });
    rmSync(second);
    expect(unpack(folder, target)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`${parts[1]?.name} is missing`) as string,
    });
    expect(existsSync(join(target, 'baremark'))).toBe(false);
    writeFileSync(second, good);
    expect(unpack(folder, target, without).status).toBe(0);
  });
});
