import type { Rect } from '../../../src/shared/affine.ts';
import type { FigmaDocument } from '../document/figma-document.ts';

export interface RenderOptions {
  /** The part of the page to draw, in canvas units; what is on the page, with a margin, if left out. */
  bounds?: Rect;
  pageId?: string;
  /** Any CSS colour; transparent if left out. */
  background?: string;
}

/** A page as one self-contained SVG picture, whose units are the canvas's. */
export function renderDocument(_document: FigmaDocument, _options: RenderOptions = {}): string {
  return '<svg xmlns="http://www.w3.org/2000/svg"/>';
}
