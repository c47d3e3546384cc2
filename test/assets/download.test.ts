import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DownloadRequest, download } from '../../src/assets/download.js';

// 300 KB that repeat nowhere, so that a wrong offset shows.
const body = Buffer.from(Uint32Array.from({ length: 75_000 }, (_, i) => Math.imul(i + 1, 2654435761)).buffer);
const sha256 = createHash('sha256').update(body).digest('hex');
const md5 = createHash('md5').update(body).digest('hex');

type Handler = (request: IncomingMessage, response: ServerResponse, visit: number) => void;
let handler: Handler;
let requests: IncomingMessage[];
let server: Server;
let base: string;
let folder: string;
let to: string;

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request);
    handler(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), 'baremark-download-'));
  to = join(folder, 'deep', 'model.onnx');
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const etag = '"v1"';

/** A good server: ranges, a strong ETag, If-Range. */
const serve: Handler = (request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const condition = request.headers['if-range'];
  if (from > 0 && (condition === undefined || condition === etag)) {
    response.writeHead(206, {
      'content-range': `bytes ${from}-${body.length - 1}/${body.length}`,
      'content-length': body.length - from,
      etag,
    });
    response.end(body.subarray(from));
  } else {
    response.writeHead(200, { 'content-length': body.length, etag });
    response.end(body);
  }
};

/** Sends part of what it announced, and drops the connection when that is on disk. */
const dropAfter =
  (bytes: number, headers: Record<string, string> = { etag }): Handler =>
  (_, response) => {
    response.writeHead(200, { 'content-length': body.length, ...headers });
    response.write(body.subarray(0, bytes));
    const arrived = () => expect(statSync(`${to}.part`).size).toBe(bytes);
    void vi.waitFor(arrived, { timeout: 30_000, interval: 5 }).finally(() => response.destroy());
  };

const fetchIt = (request: Partial<DownloadRequest> = {}) =>
  download({
    url: `${base}/files/model.onnx?download=1`,
    to,
    backoffMs: 1,
    attempts: 3,
    stallMs: 30_000,
    ...request,
  });

async function expectWhole() {
  expect((await readFile(to)).equals(body)).toBe(true);
  expect(existsSync(`${to}.part`)).toBe(false);
  expect(existsSync(`${to}.part.json`)).toBe(false);
}

async function expectFailure(promise: Promise<unknown>, message: RegExp) {
  await expect(promise).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    message: expect.stringMatching(message),
  });
  expect(existsSync(to)).toBe(false);
}

describe('download', () => {
  it('puts a verified file in place and tells its digests', async () => {
    handler = serve;
    const seen: number[] = [];
    const result = await fetchIt({ size: body.length, sha256, md5, onProgress: (bytes) => seen.push(bytes) });
    expect(result).toEqual({
      path: to,
      source: `${base}/files/model.onnx?download=1`,
      verified: true,
      size: body.length,
      sha256,
      md5,
    });
    await expectWhole();
    expect(seen.at(-1)).toBe(body.length);
  });

  it('says that a file without known checksum is unverified', async () => {
    handler = serve;
    expect(await fetchIt()).toMatchObject({ verified: false, sha256 });
  });

  it('continues after a dropped connection where it stopped', async () => {
    handler = (request, response, visit) =>
      visit === 1 ? dropAfter(100_000)(request, response, visit) : serve(request, response, visit);
    await fetchIt({ sha256 });
    await expectWhole();
    expect(requests.map((request) => request.headers.range)).toEqual([undefined, 'bytes=100000-']);
    expect(requests[1]!.headers['if-range']).toBe(etag);
  });

  it('continues what an earlier process left', async () => {
    handler = dropAfter(50_000);
    await expectFailure(
      fetchIt({ attempts: 1 }),
      /failed: .*; try another server with --mirror URL.*--from FILE/,
    );
    expect((await readFile(`${to}.part`)).length).toBe(50_000);
    handler = serve;
    await fetchIt();
    await expectWhole();
    expect(requests[1]!.headers.range).toBe('bytes=50000-');
  });

  it('begins again where the server has another file by now', async () => {
    handler = dropAfter(50_000, { etag: '"v0"' });
    await expectFailure(fetchIt({ attempts: 1 }), /attempts/);
    handler = serve;
    await fetchIt({ sha256 });
    await expectWhole();
  });

  it('begins again where nobody can tell that the part fits', async () => {
    handler = dropAfter(50_000, {});
    await expectFailure(fetchIt({ attempts: 1 }), /attempts/);
    handler = serve;
    await fetchIt();
    await expectWhole();
    expect(requests[1]!.headers.range).toBeUndefined();
  });

  it('begins again where the part on disk turns out damaged', async () => {
    handler = dropAfter(50_000);
    await expectFailure(fetchIt({ attempts: 1 }), /attempts/);
    await writeFile(`${to}.part`, Buffer.alloc(50_000, 7));
    handler = serve;
    await fetchIt({ sha256 });
    await expectWhole();
    expect(requests).toHaveLength(3);
  });

  it('works with a server that knows no ranges', async () => {
    handler = (request, response, visit) => {
      if (visit === 1) return dropAfter(100_000)(request, response, visit);
      response.writeHead(200, { 'content-length': body.length });
      response.end(body);
    };
    await fetchIt({ sha256 });
    await expectWhole();
  });

  it('begins again where the server refuses the range', async () => {
    handler = (request, response, visit) => {
      if (visit === 1) return dropAfter(100_000)(request, response, visit);
      if (visit === 2) return response.writeHead(416).end();
      serve(request, response, visit);
    };
    await fetchIt();
    await expectWhole();
  });

  it('gives up a stalled connection and tries again', async () => {
    handler = (request, response, visit) => {
      if (visit > 1) return serve(request, response, visit);
      response.writeHead(200, { 'content-length': body.length, etag });
      response.write(body.subarray(0, 1000));
    };
    await fetchIt({ sha256, stallMs: 2000 });
    await expectWhole();
    handler = () => {};
    await rm(to);
    await expectFailure(fetchIt({ attempts: 2, stallMs: 100 }), /no byte came for 0\.1 s, in 2 attempts/);
  });

  it('gives up a connection that drips, and continues what came', async () => {
    handler = (request, response, visit) => {
      if (visit > 1) return serve(request, response, visit);
      response.writeHead(200, { 'content-length': body.length, etag });
      let sent = 0;
      const drip = setInterval(() => response.write(body.subarray(sent, ++sent)), 5);
      response.on('close', () => clearInterval(drip));
    };
    const leastRate = { bytesPerS: 10_000, windowMs: 300 };
    await fetchIt({ sha256, leastRate });
    await expectWhole();
    expect(requests[1]!.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
    handler = (_, response) => response.writeHead(200, { 'content-length': body.length }).write('x');
    await rm(to);
    await expectFailure(
      fetchIt({ attempts: 2, leastRate }),
      /failed: only [01] bytes came in 0\.3 s, in 2 attempts;/,
    );
  });

  it('follows redirects, but not in a loop', async () => {
    handler = (request, response, visit) =>
      request.url === '/there'
        ? serve(request, response, visit)
        : response.writeHead(302, { location: '/there' }).end();
    await fetchIt({ sha256 });
    await expectWhole();
    await rm(to);
    handler = (_, response) => response.writeHead(302, { location: '/round' }).end();
    await expectFailure(fetchIt(), /redirects more than 10 times, last to http.*\/round/);
  });

  it.each([
    ['a missing file', 404, /HTTP status 404/, 1],
    ['a server in trouble', 503, /HTTP status 503.*in 3 attempts/, 3],
  ])('names %s', async (_, status, message, visits) => {
    handler = (_, response) => response.writeHead(status).end();
    await expectFailure(fetchIt(), message);
    expect(requests).toHaveLength(visits);
  });

  it('names a server that is not there, and leaves the old file alone', async () => {
    handler = serve;
    await fetchIt();
    await expect(fetchIt({ url: 'http://127.0.0.1:9/model.onnx' })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('Downloading http://127.0.0.1:9/model.onnx failed'),
    });
    await expectWhole();
  });

  const send =
    (data: string | Buffer, headers: Record<string, string> = {}): Handler =>
    (_, response) => {
      response.writeHead(200, headers);
      response.end(data);
    };
  const compressed = /the server sends it compressed \(gzip\) though it was asked not to;/;
  const page = '<!DOCTYPE html><html>Sign in</html>';
  it.each([
    [
      'an HTML page by its type',
      send(page, { 'content-type': 'text/html; charset=utf-8' }),
      {},
      /it is an HTML page/,
    ],
    ['an HTML page by its text', send(page), {}, /it is an HTML page;/],
    ['an empty file', send(''), {}, /it is empty/],
    ['garbage that is said to be compressed', send(body, { 'content-encoding': 'gzip' }), {}, compressed],
    // Cut short, which undoing the compression would not show.
    [
      'a compressed file',
      send(gzipSync(body).subarray(0, 9000), { 'content-encoding': 'gzip' }),
      {},
      compressed,
    ],
    [
      'an announced length beyond what it may be',
      send(body, { 'content-length': String(body.length) }),
      { sizeWithin: [1, 1000] as const },
      /it has 300000 bytes where at most 1000 were expected/,
    ],
    [
      'more bytes than it may have',
      send(body),
      { sizeWithin: [1, 1000] as const },
      /more than the expected 1000 /,
    ],
    [
      'fewer bytes than it must have',
      send(body),
      { sizeWithin: [300_001, 400_000] as const },
      /it has 300000 bytes where 300001 to 400000 were expected/,
    ],
    [
      'another file',
      send(Buffer.alloc(body.length)),
      { sha256 },
      new RegExp(`has sha256 .* where ${sha256} was`),
    ],
    ['another file by md5', send(Buffer.alloc(body.length)), { md5 }, /it has md5/],
    [
      'a file of another announced length',
      send(body.subarray(9), { 'content-length': String(body.length - 9) }),
      { size: body.length },
      /it has 299991 bytes where 300000 were expected/,
    ],
    [
      'a file that is too long',
      send(Buffer.concat([body, body])),
      { size: body.length },
      /more than the expected/,
    ],
    ['a file that is too short', send(body.subarray(0, 5)), { size: body.length }, /ended after 5 of 300000/],
  ])('does not take %s', async (_, answer, expected, message) => {
    handler = answer;
    await expectFailure(fetchIt(expected), message);
  });

  it('stops at once when told to, and keeps what came', async () => {
    handler = (_, response) => {
      response.writeHead(200, { 'content-length': body.length, etag });
      response.write(body.subarray(0, 1000));
    };
    const stop = new AbortController();
    const reason = new Error('interrupted');
    const running = fetchIt({ signal: stop.signal, stallMs: 5000, onProgress: () => stop.abort(reason) });
    await expect(running).rejects.toBe(reason);
    expect(existsSync(to)).toBe(false);
    expect((await readFile(`${to}.part`)).length).toBe(1000);
  });

  it('takes the mirror in place of the address', async () => {
    handler = serve;
    const result = await fetchIt({
      url: 'https://example.invalid/a/model.onnx?x=1',
      mirror: `${base}/mine/`,
    });
    expect(result.source).toBe(`${base}/mine/model.onnx`);
    expect(requests[0]!.url).toBe('/mine/model.onnx');
    await expect(fetchIt({ mirror: 'nowhere' })).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });

  it('takes a local file, checked alike', async () => {
    const local = join(folder, 'local.onnx');
    await writeFile(local, body);
    expect(await fetchIt({ fromFile: local, sha256 })).toMatchObject({ source: local, verified: true });
    await expectWhole();
    await rm(to);
    await writeFile(local, body.subarray(1));
    await expectFailure(
      fetchIt({ fromFile: local, size: body.length }),
      /local\.onnx is not the right file: it has 299999/,
    );
    await expectFailure(fetchIt({ fromFile: join(folder, 'absent') }), /absent is not a file/);
    expect(requests).toHaveLength(0);
    expect(existsSync(`${to}.part`)).toBe(false);
  });
});
