import type { Rect } from '../../../src/shared/affine.ts';
import type { FigmaDocument } from '../document/figma-document.ts';
import { isShrinkWrapped, type NodeRecord } from '../document/node-record.ts';

/**
 * What of a layer can be seen on the canvas: its box with strokes and effects around it, cut off by the frames that it
 * lies in. Null when it, or something around it, is hidden, or nothing is left.
 */
export function renderBounds(document: FigmaDocument, id: string): Rect | null {
  const [node, ...parents] = document.lineage(id);
  if (!node || [node, ...parents].some(({ visible }) => !visible)) return null;
  const clips = parents.filter(({ clipsContent }) => clipsContent);
  return clips.reduce<Rect | null>(
    (bounds, frame) => bounds && sharedRect(bounds, document.absoluteBounds(frame.id)),
    paintedBounds(document, node),
  );
}

/** Whether anything in the layer is painted: what Figma asks before it exports. */
export function hasPaint(document: FigmaDocument, id: string): boolean {
  const node = document.require(id);
  if (!node.visible || node.opacity === 0) return false;
  const paints = [...(node.fills === 'mixed' ? [] : node.fills), ...node.strokes];
  const isPainted = paints.some(
    (paint) =>
      paint.visible !== false &&
      paint.opacity !== 0 &&
      (paint.type !== 'IMAGE' || (paint.imageHash !== null && document.images.shown(paint.imageHash))),
  );
  return isPainted || node.childIds.some((childId) => hasPaint(document, childId));
}

function paintedBounds(document: FigmaDocument, node: NodeRecord): Rect {
  const own = grownBy(document.absoluteBounds(node.id), overflowOf(node));
  if (node.clipsContent || node.type === 'BOOLEAN_OPERATION') return own;
  const inner = node.childIds
    .map((id) => document.require(id))
    .filter(({ visible }) => visible)
    .map((child) => paintedBounds(document, child));
  const boxes = isShrinkWrapped(node.type) && inner.length > 0 ? inner : [own, ...inner];
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** On all sides alike: shadows are drawn a little larger than they are. */
function overflowOf({ strokes, strokeWeight, effects }: NodeRecord): number {
  const reach = effects
    .filter(({ visible }) => visible !== false)
    .map((effect) => {
      if (effect.type === 'LAYER_BLUR') return effect.radius;
      return effect.type === 'DROP_SHADOW' ? effect.radius + Math.hypot(effect.offset.x, effect.offset.y) : 0;
    });
  return Math.max(strokes.length > 0 ? strokeWeight / 2 : 0, ...reach);
}

function grownBy({ x, y, width, height }: Rect, margin: number): Rect {
  return { x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin };
}

function sharedRect(a: Rect, b: Rect): Rect | null {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)];
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}
