import type { ImageLayer, Selection } from '../../shared/host-contract.ts';
import type { ImageDocument } from './image-document.ts';
import { readImageFile } from './image-file.ts';

/**
 * An editor's image is what is selected, always.
 * @throws TinyCutError as `readImageFile` does
 */
export async function readSelection(document: ImageDocument): Promise<Selection> {
  return { images: [await readImageLayer(document)], emptyReason: null, omittedCount: 0 };
}

/** @throws TinyCutError as `readImageFile` does */
export async function readImageLayer(document: ImageDocument): Promise<ImageLayer> {
  const { source, imageSizePx } = await readImageFile(document);
  return { source, name: document.fileName, layerSize: imageSizePx };
}
