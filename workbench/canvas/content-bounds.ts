import type { Rect } from '../../src/shared/affine.ts';
import type { FigmaDocument } from '../../test/host/document/figma-document.ts';

/** What the top-level layers of the current page cover, in canvas units; null for an empty page. */
export function contentBounds(document: FigmaDocument): Rect | null {
  return unionOf(document, document.require(document.currentPageId).childIds);
}

export function unionOf(document: FigmaDocument, ids: readonly string[]): Rect | null {
  const rects = ids.map((id) => document.absoluteBounds(id));
  if (rects.length === 0) return null;
  const x = Math.min(...rects.map((rect) => rect.x));
  const y = Math.min(...rects.map((rect) => rect.y));
  const right = Math.max(...rects.map((rect) => rect.x + rect.width));
  const bottom = Math.max(...rects.map((rect) => rect.y + rect.height));
  return { x, y, width: right - x, height: bottom - y };
}
