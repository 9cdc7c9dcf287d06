import { applyAffine, invert, multiply, translation, type Point } from '../../src/shared/affine.ts';
import type { FigmaDocument } from '../../test/host/document/figma-document.ts';

/**
 * The topmost visible, unlocked layer whose box holds the point; null for the bare canvas.
 * @param isDeep whether to look inside groups, as a click with Ctrl/Cmd does in Figma
 */
export function layerAt(document: FigmaDocument, canvasPoint: Point, isDeep: boolean): string | null {
  return topmost(document, document.require(document.currentPageId).childIds, canvasPoint, isDeep);
}

function topmost(
  document: FigmaDocument,
  ids: readonly string[],
  canvasPoint: Point,
  isDeep: boolean,
): string | null {
  for (const id of [...ids].reverse()) {
    const { visible, locked, childIds } = document.require(id);
    if (!visible || locked || !isInBox(document, id, canvasPoint)) continue;
    return (isDeep && topmost(document, childIds, canvasPoint, true)) || id;
  }
  return null;
}

function isInBox(document: FigmaDocument, id: string, canvasPoint: Point): boolean {
  const { width, height } = document.require(id);
  const local = applyAffine(invert(document.absoluteTransform(id)), canvasPoint);
  return local.x >= 0 && local.y >= 0 && local.x <= width && local.y <= height;
}

/** Moves a layer over the canvas, whatever it lies in. */
export function moveLayer(document: FigmaDocument, id: string, byCanvasUnits: Point): void {
  const { relativeTransform } = document.require(id);
  const absolute = document.absoluteTransform(id);
  const containerToCanvas = multiply(absolute, invert(relativeTransform));
  const moved = multiply(invert(containerToCanvas), translation(byCanvasUnits.x, byCanvasUnits.y), absolute);
  document.update(id, { relativeTransform: moved as Transform });
}
