/**
 * Gives a result what a designer has made of the one before it: effects, opacity and the like; between results of
 * one kind also their colours and adjustments.
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
    if (from.blendMode !== 'PASS_THROUGH') to.blendMode = from.blendMode;
  }
  if ('constraints' in from && 'constraints' in to) to.constraints = from.constraints;
  if (isSameKind) carryOverPaint(from, to);
  if (isInAutoLayout(to)) to.layoutPositioning = from.layoutPositioning;
  // Last: a locked layer may refuse the rest.
  to.locked = from.locked;
}

function carryOverPaint(from: SceneNode, to: SceneNode): void {
  if (from.type !== to.type || !isShape(from) || !isShape(to)) return;
  if (Array.isArray(from.fills) && Array.isArray(to.fills)) {
    to.fills = mergedFills(from.fills as readonly Paint[], to.fills as readonly Paint[]);
  }
  to.strokes = from.strokes;
  if (typeof from.strokeWeight === 'number') to.strokeWeight = from.strokeWeight;
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

function isInAutoLayout({ parent }: SceneNode): boolean {
  return parent !== null && 'layoutMode' in parent && parent.layoutMode !== 'NONE';
}
