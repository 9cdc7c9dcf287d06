import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import * as vscode from 'vscode';
import { readImageHeader } from '../../shared/image-header.ts';
import type { Size } from '../../shared/affine.ts';
import { TinyCutError } from '../../shared/errors.ts';
import type { ImageSource } from '../../shared/host-contract.ts';
import { isNotFound } from './file-names.ts';
import type { ImageDocument } from './image-document.ts';

export interface ImageFile {
  source: ImageSource;
  bytes: Uint8Array;
  /** As stored: an EXIF orientation may turn it. */
  imageSizePx: Size;
}

/**
 * Through the workspace's file system, so that the image may be anywhere that the editor reaches.
 * @throws TinyCutError `layer-missing`, `image-missing`, `image-unreadable`, `image-too-large`
 */
export async function readImageFile(document: ImageDocument): Promise<ImageFile> {
  const bytes = await read(document);
  return {
    source: { layerId: document.layerId, fillIndex: 0, imageHash: bytesToHex(sha256(bytes)) },
    bytes,
    imageSizePx: readImageHeader(bytes).storedSizePx,
  };
}

async function read({ uri, fileName }: ImageDocument): Promise<Uint8Array> {
  try {
    // Node's is a Buffer, which does not reach a webview as bytes.
    return new Uint8Array(await vscode.workspace.fs.readFile(uri));
  } catch (thrown) {
    if (isNotFound(thrown)) {
      throw new TinyCutError(
        'layer-missing',
        `“${fileName}” was moved or deleted. Bring it back, or open another image.`,
      );
    }
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new TinyCutError(
      'image-missing',
      `“${fileName}” can’t be read (${reason}). Check the connection and try again.`,
    );
  }
}
