import { copyCorners } from './copy-look.ts';
import { isAutoLayout } from './result-pieces.ts';

/**
 * Gives a result what a designer has made of the one before it: effects, opacity and the like; between results of
 * one kind also their colours, adjustments and corners.
 */
export function carryOverLook(
  from: SceneNode & LayoutMixin,
  to: SceneNode & LayoutMixin,
  { isSameKind }: { isSameKind: boolean },
): void {
  to.visible = from.visible;
  if ('effects' in from && 'effects' in to) {
    to.opacity = from.opacity;
    to.effects = from.effects;
    to.isMask = from.isMask;
    if (from.isMask) to.maskType = from.maskType;
    if (from.blendMode !== 'PASS_THROUGH') to.blendMode = from.blendMode;
  }
  if ('constraints' in from && 'constraints' in to) to.constraints = from.constraints;
  if ('exportSettings' in from && 'exportSettings' in to) to.exportSettings = from.exportSettings;
  if (isSameKind) carryOverPaint(from, to);
  if (to.parent && isAutoLayout(to.parent)) {
    to.layoutAlign = from.layoutAlign;
    to.layoutGrow = from.layoutGrow;
    to.layoutPositioning = from.layoutPositioning;
  }
  // Last: a locked layer may refuse the rest.
  to.locked = from.locked;
}

/** The same for the picture in a mask group, which shows what its source does, by the filters of the one before. */
export function carryOverPicture(from: SceneNode, to: SceneNode): void {
  if (!('effects' in from && 'effects' in to)) return;
  to.effects = from.effects;
  carryOverCorners(from, to);
  if (!('fills' in from && 'fills' in to && Array.isArray(from.fills) && Array.isArray(to.fills))) return;
  const old = (from.fills as readonly Paint[]).filter((fill): fill is ImagePaint => fill.type === 'IMAGE');
  const fills = (to.fills as readonly Paint[]).map((fill) => {
    const same = old.filter(({ imageHash }) => fill.type === 'IMAGE' && imageHash === fill.imageHash)[0];
    return same?.filters ? { ...fill, filters: same.filters } : fill;
  });
  if (JSON.stringify(fills) !== JSON.stringify(to.fills)) to.fills = fills;
}

/** Between layers of one type: those of another have other corners. */
function carryOverCorners(from: SceneNode, to: SceneNode): void {
  if (from.type !== to.type || !hasCorners(from) || !hasCorners(to)) return;
  if ('cornerSmoothing' in from && 'cornerSmoothing' in to) to.cornerSmoothing = from.cornerSmoothing;
  if (typeof from.cornerRadius === 'number') to.cornerRadius = from.cornerRadius;
  else if ('topLeftRadius' in from && 'topLeftRadius' in to) copyCorners(from, to);
}

function hasCorners(node: SceneNode): node is SceneNode & CornerMixin {
  return 'cornerRadius' in node;
}

function carryOverPaint(from: SceneNode, to: SceneNode): void {
  if (from.type !== to.type || !isShape(from) || !isShape(to)) return;
  if (Array.isArray(from.fills) && Array.isArray(to.fills)) {
    to.fills = mergedFills(from.fills as readonly Paint[], to.fills as readonly Paint[]);
  }
  to.strokes = from.strokes;
  if (typeof from.strokeWeight === 'number') to.strokeWeight = from.strokeWeight;
  carryOverCorners(from, to);
}

function isShape(node: SceneNode): node is RectangleNode | VectorNode {
  return node.type === 'RECTANGLE' || node.type === 'VECTOR';
}

/** Of a picture only how it is shown: what it shows is what has changed. */
function mergedFills(from: readonly Paint[], to: readonly Paint[]): readonly Paint[] {
  const [picture] = to;
  if (picture?.type !== 'IMAGE') return from;
  const old = from.filter(({ type }) => type === 'IMAGE')[0] as ImagePaint | undefined;
  if (!old) return to;
  const { opacity, blendMode, filters, visible } = old;
  return [
    {
      ...picture,
      ...(opacity === undefined ? {} : { opacity }),
      ...(blendMode ? { blendMode } : {}),
      ...(filters ? { filters } : {}),
      ...(visible === undefined ? {} : { visible }),
    },
  ];
}
