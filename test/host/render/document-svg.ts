import { invert, multiply, type Rect } from '../../../src/shared/affine.ts';
import type { FigmaDocument } from '../document/figma-document.ts';
import { isShrinkWrapped, type NodeRecord } from '../document/node-record.ts';
import { boundsOf, mappedCorners } from '../document/transforms.ts';
import { blendStyle } from './blend-style.ts';
import { effectPrimitives } from './filter-svg.ts';
import { paintElements } from './paint-svg.ts';
import { element, matrix } from './markup.ts';
import { outlineElements } from './outline-svg.ts';
import { SvgDefs } from './svg-defs.ts';

export interface RenderOptions {
  /** The part of the page to draw, in canvas units; what is on the page, with a margin, if left out. */
  bounds?: Rect;
  pageId?: string;
  /** Any CSS colour; transparent if left out. */
  background?: string;
}

const MARGIN = 40;

/**
 * A page as one self-contained SVG picture, whose units are the canvas's. Browsers show it as it is; `rasterise.ts`
 * makes pixels of it in Node. Not drawn: text, inner shadows, background blurs, and boolean operations other than unions
 * (which are drawn as unions). Adjustments of images are drawn, but not as Figma draws them (see filter-svg.ts).
 */
export function renderDocument(document: FigmaDocument, options: RenderOptions = {}): string {
  const page = document.require(options.pageId ?? document.currentPageId);
  const { x, y, width, height } = options.bounds ?? contentBounds(document, page);
  const drawing = new Drawing(document);
  const content = drawing.children(page.childIds);
  const background = options.background
    ? element('rect', { x, y, width, height, fill: options.background })
    : '';
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: `${x} ${y} ${width} ${height}`, width, height },
    drawing.defs.toString() + background + content,
  );
}

/** One layer and what is in it, where it lies on the canvas, without what lies over or under it: what exports show. */
export function renderNode(document: FigmaDocument, id: string, { x, y, width, height }: Rect): string {
  const node = document.require(id);
  const parentToCanvas = multiply(document.absoluteTransform(id), invert(node.relativeTransform));
  const drawing = new Drawing(document);
  const content = element('g', { transform: matrix(parentToCanvas) }, drawing.children([id]));
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: `${x} ${y} ${width} ${height}`, width, height },
    drawing.defs.toString() + content,
  );
}

function contentBounds(document: FigmaDocument, page: NodeRecord): Rect {
  const boxes = page.childIds.map((id) => document.absoluteBounds(id));
  const box = boundsOf(
    boxes.flatMap(({ x, y, width, height }) => [
      { x, y },
      { x: x + width, y: y + height },
    ]),
  );
  return {
    x: box.x - MARGIN,
    y: box.y - MARGIN,
    width: box.width + 2 * MARGIN,
    height: box.height + 2 * MARGIN,
  };
}

class Drawing {
  readonly defs = new SvgDefs();

  constructor(private readonly document: FigmaDocument) {}

  /** Siblings back to front; a mask takes hold of all that come after it. */
  children(ids: readonly string[]): string {
    let drawn = '';
    for (const [index, id] of ids.entries()) {
      const node = this.document.require(id);
      if (!node.visible) continue;
      if (node.isMask) {
        const mask = this.mask(node);
        return drawn + element('g', { mask: `url(#${mask})` }, this.children(ids.slice(index + 1)));
      }
      drawn += this.node(node);
    }
    return drawn;
  }

  private node(node: NodeRecord): string {
    const blend = blendStyle(node.blendMode);
    const effects = effectPrimitives(node.effects);
    return element(
      'g',
      {
        opacity: node.opacity === 1 ? undefined : node.opacity,
        style: blend,
        filter: effects ? `url(#${this.defs.filter(effects, 0.5)})` : undefined,
        'data-name': node.name,
      },
      this.body(node),
    );
  }

  private body(node: NodeRecord): string {
    const transform = matrix(node.relativeTransform);
    if (node.type === 'GROUP') return this.children(node.childIds);
    const outline = outlineElements(this.document, node);
    const paints = node.fills === 'mixed' ? [] : node.fills;
    let content = paintElements(this.document, this.defs, node, outline, paints);
    for (const stroke of node.strokes) content += strokeElements(stroke, node.strokeWeight, outline);
    if (!isShrinkWrapped(node.type) && node.childIds.length > 0) {
      const clip = node.clipsContent ? `url(#${this.defs.clipPath(outline)})` : undefined;
      content += element('g', { 'clip-path': clip }, this.children(node.childIds));
    }
    return element('g', { transform }, content);
  }

  /** VECTOR masks by the outline alone, ALPHA and LUMINANCE by what is painted. */
  private mask(node: NodeRecord): string {
    const isOutline = node.maskType === 'VECTOR';
    const content = isOutline
      ? element(
          'g',
          { transform: matrix(node.relativeTransform), fill: '#fff' },
          outlineElements(this.document, node).join(''),
        )
      : this.node(node);
    const box = boundsOf(mappedCorners(node.relativeTransform, node.width, node.height));
    return this.defs.mask(content, box, node.maskType === 'ALPHA' ? 'alpha' : 'luminance');
  }
}

function strokeElements(paint: Paint, weight: number, outline: readonly string[]): string {
  if (paint.type !== 'SOLID' || paint.visible === false) return '';
  const { r, g, b } = paint.color;
  const stroke = `rgb(${[r, g, b].map((channel) => Math.round(channel * 255)).join()})`;
  return element(
    'g',
    { fill: 'none', stroke, 'stroke-width': weight, opacity: paint.opacity },
    outline.join(''),
  );
}
