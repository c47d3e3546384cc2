/** Reads files out of an npm package's archive, a gzipped tar, without unpacking it to the disk. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const block = 512;

/** A tar header's text field, to its first zero byte. */
function field(header: Buffer, from: number, length: number): string {
  return header.toString('latin1', from, from + length).replace(/\0[\s\S]*$/, '');
}

/**
 * The plain files of a `.tgz` by name, such as `package/LICENSE`. Names of more than 100 bytes are put together as in
 * POSIX's ustar format. Throws an `Error` where the file is no gzipped tar, or ends early.
 */
export function readArchive(path: string): ReadonlyMap<string, Buffer> {
  const tar = gunzipSync(readFileSync(path));
  const files = new Map<string, Buffer>();
  for (let at = 0; at + block <= tar.length && tar[at] !== 0; ) {
    const header = tar.subarray(at, at + block);
    const size = Number.parseInt(field(header, 124, 12).trim(), 8);
    const start = at + block;
    if (!(size >= 0) || start + size > tar.length) throw new Error('it is no tar archive, or not all of it');
    const prefix = field(header, 257, 5) === 'ustar' ? field(header, 345, 155) : '';
    const type = String.fromCharCode(header[156]!);
    if (type === '0' || type === '\0')
      files.set(
        prefix === '' ? field(header, 0, 100) : `${prefix}/${field(header, 0, 100)}`,
        tar.subarray(start, start + size),
      );
    at = start + Math.ceil(size / block) * block;
  }
  return files;
}
