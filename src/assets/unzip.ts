/** Unpacks the files of an archive whose names match. */
import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import yauzl from 'yauzl';
import { BaremarkError, hasErrno, messageOf } from '../base/errors.js';
import { cacheError, makeFolder } from '../base/files.js';

/** Throws `DOWNLOAD_FAILED` if the archive is broken or has no such file, `OUTPUT_NOT_WRITABLE` for the disk. Names that lead outside the folder are refused. */
export async function unzip(
  archive: string,
  wanted: RegExp,
  to: string,
  fix = 'remove it and pull the data set again',
): Promise<number> {
  try {
    const count = await extract(archive, wanted, to);
    if (count > 0) return count;
  } catch (error) {
    // The archive is not to blame for the disk.
    if (hasErrno(error, 'ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS')) throw cacheError(to, error);
    throw broken(archive, messageOf(error), fix, error);
  }
  throw broken(archive, `it has no file that matches ${wanted.source}`, fix);
}

function broken(archive: string, why: string, fix: string, cause?: unknown): BaremarkError {
  return new BaremarkError('DOWNLOAD_FAILED', `${archive} cannot be unpacked: ${why}; ${fix}.`, { cause });
}

async function extract(archive: string, wanted: RegExp, to: string): Promise<number> {
  const open = promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open);
  const zip = await open(archive, { lazyEntries: true, autoClose: true });
  return new Promise((resolve, reject) => {
    let count = 0;
    const take = async (entry: yauzl.Entry) => {
      if (wanted.test(entry.fileName)) {
        const path = join(to, entry.fileName);
        await makeFolder(dirname(path));
        const read = promisify<yauzl.Entry, NodeJS.ReadableStream>(zip.openReadStream.bind(zip));
        await pipeline(await read(entry), createWriteStream(path));
        count += 1;
      }
      zip.readEntry();
    };
    zip.on('entry', (entry: yauzl.Entry) => {
      take(entry).catch((error) => {
        zip.close();
        reject(error);
      });
    });
    zip.on('error', reject);
    zip.on('end', () => resolve(count));
    zip.readEntry();
  });
}
