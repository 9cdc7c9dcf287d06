import { open } from 'node:fs/promises';
import { renameSync } from 'node:fs';
import { TinyCutError } from '../../../src/shared/errors.ts';
import { PartialFile, type PartialVersion, type ResumableDownload } from './partial-file.ts';
import type { OnProgress } from './progress-bar.ts';

export interface DownloadOptions {
  readonly url: string;
  /** Where the file goes; it appears there whole or not at all. */
  readonly path: string;
  /** How to do without the download, as a sentence. */
  readonly remedy: string;
  readonly onProgress?: OnProgress | undefined;
}

const STATUS = { ok: 200, partialContent: 206, rangeNotSatisfiable: 416 } as const;

/**
 * Downloads a file with `fetch`. What a broken download got stays beside `path`; the next call goes on from there by a
 * range request (RFC 9110, section 14), if the server still has the same version and answers it, else begins again.
 *
 * @throws TinyCutError `model-missing` without a connection, for an error of the server, and when the download breaks.
 */
export async function downloadResumable({ url, path, remedy, onProgress }: DownloadOptions): Promise<void> {
  const partial = new PartialFile(path);
  const earlier = partial.resumable(url);
  if (!earlier || earlier.doneBytes < earlier.totalBytes) {
    const response = await requestRest(url, earlier, partial, remedy);
    const isContinued = response.status === STATUS.partialContent;
    if (!isContinued && response.status !== STATUS.ok) {
      await response.body?.cancel();
      const answer = `${response.status} ${response.statusText}`.trim();
      throw failure(url, `the server answered ${answer}`, remedy);
    }
    const totalBytes = isContinued ? earlier!.totalBytes : contentLength(response);
    if (!isContinued) partial.begin(versionOf(response, url));
    await append(response, partial.path, isContinued ? earlier!.doneBytes : 0, totalBytes, url, onProgress);
  }
  renameSync(partial.path, path);
  partial.remove();
}

/** The rest of the earlier version, or the whole of the present one. */
async function requestRest(
  url: string,
  earlier: ResumableDownload | null,
  partial: PartialFile,
  remedy: string,
): Promise<Response> {
  if (!earlier) return request(url, {}, remedy);
  const headers = { Range: `bytes=${earlier.doneBytes}-`, 'If-Range': earlier.validator };
  const response = await request(url, headers, remedy);
  const isOtherRange = response.status === STATUS.partialContent && !continues(response, earlier);
  if (!isOtherRange && response.status !== STATUS.rangeNotSatisfiable) return response;
  await response.body?.cancel();
  partial.remove();
  return request(url, {}, remedy);
}

/** A server may answer a range of another version, though it was asked not to. */
function continues(response: Response, { doneBytes, totalBytes, validator }: ResumableDownload): boolean {
  const range = `bytes ${doneBytes}-${totalBytes - 1}/${totalBytes}`;
  const found = validatorOf(response);
  return response.headers.get('Content-Range') === range && (found === null || found === validator);
}

async function request(url: string, headers: Record<string, string>, remedy: string): Promise<Response> {
  try {
    // Compressed bytes could not be counted, nor a download of them resumed.
    return await fetch(url, { headers: { 'Accept-Encoding': 'identity', ...headers } });
  } catch (thrown) {
    throw failure(url, `there is no connection to ${new URL(url).host} (${reason(thrown)})`, remedy);
  }
}

function versionOf(response: Response, url: string): PartialVersion | null {
  const validator = validatorOf(response);
  const totalBytes = contentLength(response);
  return validator !== null && totalBytes !== null ? { url, validator, totalBytes } : null;
}

/** Null when the server gives none, or only one that does not promise the same bytes. */
function validatorOf({ headers }: Response): string | null {
  const entityTag = headers.get('ETag');
  if (entityTag !== null) return entityTag.startsWith('W/') ? null : entityTag;
  return headers.get('Last-Modified');
}

function contentLength({ headers }: Response): number | null {
  const length = Number(headers.get('Content-Length') ?? NaN);
  const isEncoded = headers.has('Content-Encoding');
  return Number.isSafeInteger(length) && length > 0 && !isEncoded ? length : null;
}

async function append(
  { body }: Response,
  path: string,
  startBytes: number,
  totalBytes: number | null,
  url: string,
  onProgress: OnProgress | undefined,
): Promise<void> {
  let doneBytes = startBytes;
  const broken = (why: string) => {
    const amount = `${doneBytes} of ${totalBytes ?? 'an unknown number of'} bytes`;
    return failure(url, `it broke off after ${amount} (${why})`, 'Run the same command again to go on.');
  };
  const chunks = body?.getReader();
  const file = await open(path, 'a');
  try {
    onProgress?.(doneBytes, totalBytes);
    for (;;) {
      const next = await chunks?.read().catch((thrown: unknown) => {
        throw broken(reason(thrown));
      });
      if (!next || next.done) break;
      await file.writeFile(next.value);
      doneBytes += next.value.length;
      onProgress?.(doneBytes, totalBytes);
    }
  } finally {
    await file.close();
    // After a failure of the disk the connection would stay; after one of its own it has nothing to cancel.
    await chunks?.cancel().catch(() => undefined);
  }
  if (totalBytes !== null && doneBytes !== totalBytes) throw broken('the server sent another length');
}

function failure(url: string, what: string, advice: string): TinyCutError {
  return new TinyCutError('model-missing', `${url} could not be downloaded: ${what}. ${advice}`);
}

/** `fetch` says only that it failed, and why in the cause. */
function reason(thrown: unknown): string {
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause ? String(cause.code) : cause.message;
}
