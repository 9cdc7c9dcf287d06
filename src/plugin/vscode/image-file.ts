import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import * as vscode from 'vscode';
import { readImageHeader } from '../../shared/image-header.ts';
import type { Size } from '../../shared/affine.ts';
import { TinyCutError } from '../../shared/errors.ts';
import type { ImageSource } from '../../shared/host-contract.ts';
import { fileNameOf } from './file-names.ts';

export interface ImageFile {
  source: ImageSource;
  bytes: Uint8Array;
  /** As stored: an EXIF orientation may turn it. */
  imageSizePx: Size;
}

/** There is one image to an editor. */
const LAYER_ID = 'image';

/**
 * Through the workspace's file system, so that the image may be anywhere that the editor reaches.
 * @throws TinyCutError `layer-missing`, `image-missing`, `image-unreadable`, `image-too-large`
 */
export async function readImageFile(uri: vscode.Uri): Promise<ImageFile> {
  const bytes = await read(uri);
  return {
    source: { layerId: LAYER_ID, fillIndex: 0, imageHash: bytesToHex(sha256(bytes)) },
    bytes,
    imageSizePx: readImageHeader(bytes).storedSizePx,
  };
}

async function read(uri: vscode.Uri): Promise<Uint8Array> {
  try {
    return await vscode.workspace.fs.readFile(uri);
  } catch (thrown) {
    const name = fileNameOf(uri);
    if (thrown instanceof vscode.FileSystemError && thrown.code === 'FileNotFound') {
      throw new TinyCutError(
        'layer-missing',
        `“${name}” was moved or deleted. Bring it back, or open another image.`,
      );
    }
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new TinyCutError(
      'image-missing',
      `“${name}” can’t be read (${reason}). Check the connection and try again.`,
    );
  }
}
