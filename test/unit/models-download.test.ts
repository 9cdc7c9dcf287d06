import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadOfficialCheckpoint } from '../../models/compile/sources/download.ts';
import { progressPrinter } from '../../models/compile/sources/progress-bar.ts';
import { downloadResumable } from '../../models/compile/sources/resumable-download.ts';

const CONTENT = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) >> 3);
const CUT_BYTES = 120_000;
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A file server, as each test spoils it. */
interface Behaviour {
  content: Uint8Array;
  headers: Record<string, string>;
  /** Ends the connection after so many bytes of a body. */
  cutAfterBytes: number | null;
  honoursRanges: boolean;
  honoursIfRange: boolean;
  status: number | null;
  sendsLength: boolean;
}

let behaviour: Behaviour;
let requests: IncomingMessage['headers'][];
let server: Server;
let url: string;
let folder: string;
let path: string;

const listener: RequestListener = (request, response) => {
  requests.push(request.headers);
  const { content, headers, status, honoursRanges, honoursIfRange, cutAfterBytes, sendsLength } = behaviour;
  if (status !== null) {
    response.writeHead(status).end('an error page');
    return;
  }
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const validators = Object.values(headers);
  const isSame = !honoursIfRange || validators.includes(request.headers['if-range'] as string);
  const start = range && honoursRanges && isSame ? Number(range[1]) : 0;
  if (start >= content.length) {
    response.writeHead(416, { 'Content-Range': `bytes */${content.length}` }).end();
    return;
  }
  const body = content.subarray(start);
  response.writeHead(start > 0 ? 206 : 200, {
    ...headers,
    ...(sendsLength ? { 'Content-Length': body.length } : {}),
    ...(start > 0 ? { 'Content-Range': `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
  });
  if (cutAfterBytes === null) response.end(body);
  // Enough time for the client to have the bytes before the connection is reset.
  else response.write(body.subarray(0, cutAfterBytes), () => setTimeout(() => response.destroy(), 50));
};

beforeEach(async () => {
  behaviour = {
    content: CONTENT,
    headers: { ETag: '"one"' },
    cutAfterBytes: null,
    honoursRanges: true,
    honoursIfRange: true,
    status: null,
    sendsLength: true,
  };
  requests = [];
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/release/weights.pth`;
  folder = mkdtempSync(join(tmpdir(), 'tinycut-download-'));
  path = join(folder, 'weights.pth');
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const download = () => downloadResumable({ url, path, remedy: 'Pass the file instead.' });
const failure = (message: RegExp, code = 'model-missing') =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

async function downloadCutOff(): Promise<void> {
  behaviour.cutAfterBytes = CUT_BYTES;
  await expect(download()).rejects.toEqual(failure(/broke off after 120000 of 300000 bytes .*to go on/));
  behaviour.cutAfterBytes = null;
  expect(existsSync(path)).toBe(false);
}
function expectWhole(content: Uint8Array = CONTENT): void {
  expect(hash(readFileSync(path))).toBe(hash(content));
  expect(readdirSync(folder)).toEqual(['weights.pth']);
}

describe('a download', () => {
  it('gives the file, and its progress', async () => {
    const progress: [number, number | null][] = [];
    await downloadResumable({ url, path, remedy: '', onProgress: (...amounts) => progress.push(amounts) });
    expectWhole();
    expect(progress[0]).toEqual([0, CONTENT.length]);
    expect(progress.at(-1)).toEqual([CONTENT.length, CONTENT.length]);
    expect(requests).toEqual([expect.objectContaining({ 'accept-encoding': 'identity' })]);
  });

  it('goes on where it was cut off, and again', async () => {
    await downloadCutOff();
    behaviour.cutAfterBytes = 50_000;
    await expect(download()).rejects.toEqual(failure(/broke off after 170000 of 300000 bytes/));
    behaviour.cutAfterBytes = null;
    await download();
    expectWhole();
    expect(requests.map(({ range }) => range)).toEqual([undefined, 'bytes=120000-', 'bytes=170000-']);
    expect(requests[1]).toHaveProperty('if-range', '"one"');
  });

  it('goes on by the date of a file without an ETag', async () => {
    behaviour.headers = { 'Last-Modified': 'Tue, 26 Dec 2023 08:00:00 GMT' };
    await downloadCutOff();
    await download();
    expectWhole();
    expect(requests[1]).toMatchObject({
      range: 'bytes=120000-',
      'if-range': 'Tue, 26 Dec 2023 08:00:00 GMT',
    });
  });

  it('begins again when the server does not do ranges', async () => {
    behaviour.honoursRanges = false;
    await downloadCutOff();
    await download();
    expectWhole();
  });

  it.each([true, false])(
    'begins again when the file has changed (the server heeds If-Range: %s)',
    async (heeds) => {
      await downloadCutOff();
      behaviour.honoursIfRange = heeds;
      behaviour.headers = { ETag: '"two"' };
      behaviour.content = CONTENT.map((byte) => byte ^ 255);
      await download();
      expectWhole(behaviour.content);
    },
  );

  it('begins again when the file has become shorter than what is there', async () => {
    await downloadCutOff();
    behaviour.honoursIfRange = false;
    behaviour.content = CONTENT.subarray(0, 1000);
    await download();
    expectWhole(behaviour.content);
  });

  it.each<[string, Record<string, string>]>([
    ['no validator', {}],
    ['a weak one', { ETag: 'W/"one"' }],
  ])('begins again when the server gives %s', async (_, headers) => {
    behaviour.headers = headers;
    await downloadCutOff();
    await download();
    expectWhole();
    expect(requests[1]).not.toHaveProperty('range');
  });

  it('begins again when what is there is of another address, or cannot be understood', async () => {
    for (const record of [
      { url: 'http://x', validator: '"one"', totalBytes: CONTENT.length },
      { url },
      'no record',
    ]) {
      writeFileSync(`${path}.partial`, 'other bytes');
      writeFileSync(`${path}.partial.json`, JSON.stringify(record));
      await download();
      expectWhole();
      rmSync(path);
    }
    expect(requests.every(({ range }) => range === undefined)).toBe(true);
  });

  it('that has all bytes needs no connection to end', async () => {
    writeFileSync(`${path}.partial`, CONTENT);
    const record = { url, validator: '"one"', totalBytes: CONTENT.length };
    writeFileSync(`${path}.partial.json`, JSON.stringify(record));
    await download();
    expectWhole();
    expect(requests).toEqual([]);
  });

  it('of unknown length is given whole', async () => {
    behaviour.sendsLength = false;
    await download();
    expectWhole();
  });

  it.each([404, 403, 503])('says that the server answered %i, and leaves no file', async (status) => {
    behaviour.status = status;
    await expect(download()).rejects.toEqual(
      failure(
        new RegExp(
          `weights\\.pth could not be downloaded: the server answered ${status} .*\\. Pass the file instead\\.$`,
        ),
      ),
    );
    expect(existsSync(path)).toBe(false);
  });

  it('keeps what it has over an error of the server', async () => {
    await downloadCutOff();
    behaviour.status = 503;
    await expect(download()).rejects.toEqual(failure(/503/));
    behaviour.status = null;
    await download();
    expectWhole();
    expect(requests[2]).toHaveProperty('range', 'bytes=120000-');
  });

  it('says that there is no connection, and what to do', async () => {
    await new Promise((resolve) => server.close(resolve));
    await expect(download()).rejects.toEqual(
      failure(/no connection to 127\.0\.0\.1:\d+ \(ECONNREFUSED\)\. Pass the file instead\.$/),
    );
    await expect(
      downloadResumable({ url: 'http://nowhere.invalid/a.pth', path, remedy: 'Pass it.' }),
    ).rejects.toEqual(failure(/no connection to nowhere\.invalid \((ENOTFOUND|EAI_AGAIN)\)\. Pass it\.$/));
    server = createServer(listener).listen();
  });
});

describe('the official checkpoint', () => {
  const accept = () => undefined;
  const official = (check: () => unknown = accept) =>
    downloadOfficialCheckpoint({
      url,
      cacheFolder: join(folder, 'cache'),
      pinPath: join(folder, 'pin.json'),
      check,
    });
  const pin = () => JSON.parse(readFileSync(join(folder, 'pin.json'), 'utf8')) as unknown;

  it('is downloaded once, and its hash pinned on first use', async () => {
    const first = await official();
    expect(first).toMatchObject({ path: join(folder, 'cache/weights.pth'), sha256: hash(CONTENT) });
    expect(hash(first.bytes)).toBe(hash(CONTENT));
    expect(pin()).toEqual({ url, sha256: hash(CONTENT), bytes: CONTENT.length });
    const second = await official(() => expect.unreachable('a pinned file needs no check'));
    expect(second.sha256).toBe(first.sha256);
    expect(requests).toHaveLength(1);
  });

  it('is not pinned when it does not read as a checkpoint, nor kept', async () => {
    behaviour.content = new TextEncoder().encode('<!doctype html><title>Sign in</title>');
    const refused = downloadOfficialCheckpoint({
      url,
      cacheFolder: folder,
      pinPath: join(folder, 'pin.json'),
    });
    await expect(refused).rejects.toEqual(failure(/weights\.pth is a web page/, 'model-corrupt'));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused when it is not the pinned one, with both hashes and what to do', async () => {
    await official();
    rmSync(join(folder, 'cache/weights.pth'));
    behaviour.content = CONTENT.subarray(1);
    await expect(official()).rejects.toEqual(
      failure(
        new RegExp(
          `is not the file that .*pin\\.json pins: .*${hash(behaviour.content)}.*${hash(CONTENT)}.*delete .*pin\\.json`,
        ),
        'model-corrupt',
      ),
    );
    expect(existsSync(join(folder, 'cache/weights.pth'))).toBe(false);
    expect(pin()).toMatchObject({ sha256: hash(CONTENT) });
  });

  it('is refused when it was changed in the cache, and downloaded the next time', async () => {
    const { path: cached } = await official();
    writeFileSync(cached, 'changed');
    await expect(official()).rejects.toEqual(
      failure(/changed or damaged since.*run the command again/, 'model-corrupt'),
    );
    expect((await official()).sha256).toBe(hash(CONTENT));
  });

  it.each([
    ['not JSON', '{'],
    ['without a hash', '{"url": "http://a/b", "sha256": "1", "bytes": 1}'],
    ['of another address', JSON.stringify({ url: 'http://a/b', sha256: hash(CONTENT), bytes: 1 })],
  ])('is not downloaded when the pin is %s', async (_, content) => {
    writeFileSync(join(folder, 'pin.json'), content);
    await expect(official()).rejects.toEqual(
      failure(/pin\.json .*Restore it from version control/, 'model-corrupt'),
    );
    expect(requests).toEqual([]);
  });

  it('without a connection says how to pass a file', async () => {
    await new Promise((resolve) => server.close(resolve));
    await expect(official()).rejects.toEqual(
      failure(
        /no connection to .*fetch the file on another machine and pass it: npm run model -- path\/to\/weights\.pth$/,
      ),
    );
    server = createServer(listener).listen();
  });
});

describe('progress', () => {
  const shown = (isTTY: boolean, amounts: [number, number | null][], columns = 60) => {
    const written: string[] = [];
    const onProgress = progressPrinter('file', { isTTY, columns, write: (text) => written.push(text) });
    for (const [done, total] of amounts) onProgress(done, total);
    return written;
  };

  it('is a bar that fits on a terminal of any width', () => {
    const amounts: [number, number][] = [0, 20e6, 40e6].map((done) => [done, 40e6]);
    expect(shown(true, amounts)).toEqual([
      `\r\x1b[Kfile [${'.'.repeat(28)}] 0.0 of 40.0 MB (0 %)`,
      `\r\x1b[Kfile [${'#'.repeat(14)}${'.'.repeat(14)}] 20.0 of 40.0 MB (50 %)`,
      `\r\x1b[Kfile [${'#'.repeat(28)}] 40.0 of 40.0 MB (100 %)`,
      '\n',
    ]);
    expect(shown(true, amounts, 10)[0]).toContain('file [] 0.0 of');
  });

  it('is a plain line per tenth where it is piped', () => {
    const amounts = Array.from({ length: 1001 }, (_, i): [number, number] => [i * 1e5, 1e8]);
    const lines = shown(false, amounts);
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe('file: 0.0 of 100.0 MB (0 %)\n');
    expect(lines.at(-1)).toBe('file: 100.0 of 100.0 MB (100 %)\n');
  });

  it('tells the bytes alone when the total is unknown', () => {
    expect(
      shown(false, [
        [0, null],
        [1e6, null],
        [6e6, null],
      ]),
    ).toEqual(['file: 0.0 MB\n', 'file: 6.0 MB\n']);
  });
});
