/** Longest side of an image that a Figma file can hold, in pixels. */
const MAX_SIDE_PX = 4096;

const KEPT_TYPES = ['image/png', 'image/jpeg', 'image/gif'];

/**
 * A photo as Figma stores it when a user drops it on the canvas: as it is where Figma can hold it, else drawn anew
 * as PNG, at most 4096 px a side.
 * @throws Error in plain words when the browser cannot read the file
 */
export async function importPhoto(file: Blob & { name?: string }): Promise<Uint8Array> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(`${file.name ?? 'The file'} is not an image that this browser can read.`);
  }
  const scale = Math.min(1, MAX_SIDE_PX / Math.max(bitmap.width, bitmap.height));
  if (scale === 1 && KEPT_TYPES.includes(file.type)) return new Uint8Array(await file.arrayBuffer());
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  );
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser could not draw the photo.');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
}
