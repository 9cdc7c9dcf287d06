/** An image fill that can be read, and its place among the fills of its layer. */
export interface ImageFill {
  fillIndex: number;
  paint: ImagePaint;
  imageHash: string;
}

/** A layer that can have fills and a box to put them in. */
export type FilledLayer = SceneNode & MinimalFillsMixin & DimensionAndPositionMixin;

/** @returns the visible image fills, back to front; none for a text or a vector with several fills (`figma.mixed`) */
export function imageFillsOf(node: SceneNode): ImageFill[] {
  if (!isFilledLayer(node) || !Array.isArray(node.fills)) return [];
  const found: ImageFill[] = [];
  (node.fills as readonly Paint[]).forEach((paint, fillIndex) => {
    if (paint.type !== 'IMAGE' || paint.visible === false || !paint.imageHash) return;
    found.push({ fillIndex, paint, imageHash: paint.imageHash });
  });
  return found;
}

/** Lines and empty sections have a side of zero: nothing can be placed over them. */
export function isFilledLayer(node: SceneNode): node is FilledLayer {
  return 'fills' in node && node.width > 0 && node.height > 0;
}
