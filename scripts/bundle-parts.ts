/** Splits an archive into parts with checksums, and writes the script that puts them together again. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface Part {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Bytes in `60M`, `1G`, `500K` or `1000000`; undefined for anything else, and below 1,000. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+)([KMG]?)B?$/i.exec(text.trim());
  if (!match) return undefined;
  const unit = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[match[2]?.toUpperCase() ?? ''] ?? 1;
  const bytes = Number(match[1]) * unit;
  return bytes >= 1000 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

async function close(stream: WriteStream): Promise<void> {
  stream.end();
  await once(stream, 'close');
}

/** Writes `file.000`, `file.001`, ... of at most `partBytes` beside the file, which stays. */
export async function splitFile(file: string, partBytes: number): Promise<readonly Part[]> {
  const parts: Part[] = [];
  let out: WriteStream | undefined;
  let hash = createHash('sha256');
  let written = 0;
  const finish = async () => {
    if (!out) return;
    await close(out);
    parts.push({ name: basename(String(out.path)), bytes: written, sha256: hash.digest('hex') });
    out = undefined;
  };
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    for (let rest = chunk as Buffer; rest.length > 0; ) {
      if (!out) {
        const name = `${basename(file)}.${String(parts.length).padStart(3, '0')}`;
        out = createWriteStream(join(dirname(file), name));
        hash = createHash('sha256');
        written = 0;
      }
      const piece = rest.subarray(0, partBytes - written);
      rest = rest.subarray(piece.length);
      if (!out.write(piece)) await once(out, 'drain');
      hash.update(piece);
      written += piece.length;
      if (written === partBytes) await finish();
    }
  }
  await finish();
  return parts;
}

/** In the format of `sha256sum`. */
export function checksumFile(parts: readonly Part[]): string {
  return parts.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');
}

/** The POSIX script beside the parts; it needs sh, tar and gzip, and uses sha256sum if there is one. */
export function unpackScript(parts: readonly Part[]): string {
  const names = parts.map(({ name }) => `'${name}'`).join(' ');
  return `#!/bin/sh
# Unpacks baremark into the folder given, or beside this script. Needs sh, tar and gzip.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "\${1:-$here}"
target=$(cd "\${1:-$here}" && pwd)
cd "$here"
for part in ${names}; do
  if [ ! -f "$part" ]; then
    echo "unpack.sh: $part is missing; copy all parts into $here." >&2
    exit 1
  fi
done
if command -v sha256sum >/dev/null 2>&1; then
  if ! sha256sum -c SHA256SUMS >/dev/null; then
    echo "unpack.sh: a part is damaged; copy the parts named above again." >&2
    exit 1
  fi
elif ! cat ${names} | gzip -t; then
  echo "unpack.sh: a part is damaged or out of place; copy the parts again." >&2
  exit 1
fi
cat ${names} | gzip -dc | tar -xf - -C "$target"
echo "Unpacked. Start it with: $target/baremark/baremark --help"
`;
}
