import type { Selection } from '../../shared/host-contract.ts';
import type { ImageDocument } from './image-document.ts';
import { readImageFile } from './image-file.ts';

/**
 * The editor's image is what is selected, always.
 * @throws TinyCutError as `readImageFile` does
 */
export async function readSelection(document: ImageDocument): Promise<Selection> {
  const { source, imageSizePx } = await readImageFile(document.uri);
  return {
    images: [{ source, name: document.fileName, layerSize: imageSizePx }],
    emptyReason: null,
    omittedCount: 0,
  };
}
