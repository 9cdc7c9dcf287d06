import { isChosen, type ShownLayers } from '../session/layer-choice.ts';
import type { Splitting } from '../session/splitting.ts';
import { imagePath, polygonPath, strokeTwice, toMatrix, toPath, type MaskFrame } from './draw-mask.ts';
import { layerContours } from './layer-contours.ts';
import { overlayColours } from './overlay-colours.ts';
import type { Viewport } from './viewport.ts';

/** Outlines in image space, for as long as the layers live: zooming and panning only redraw them. */
const outlines = new WeakMap<ShownLayers, Path2D[]>();

/** Tints that tell neighbours apart; what is left out is darkened. Reads signals: call it where that is tracked. */
export function drawLayers(
  context: CanvasRenderingContext2D,
  splitting: Splitting,
  frame: MaskFrame,
  viewport: Viewport,
): void {
  const shown = splitting.shown.value;
  if (!shown) return;
  const choice = splitting.choice.value;
  const paths = outlinesOf(shown, frame).map((outline) => {
    const path = new Path2D();
    path.addPath(outline, toMatrix(viewport));
    return path;
  });
  const image = imagePath(frame, viewport);
  context.save();
  context.clip(image);
  if (frame.visibleImagePolygon) context.clip(polygonPath(frame.visibleImagePolygon, viewport));

  const leftOut = new Path2D(image);
  for (const [i, layer] of shown.layers.entries()) if (isChosen(choice, layer)) leftOut.addPath(paths[i]!);
  context.fillStyle = overlayColours.leftOut;
  context.fill(leftOut, 'evenodd');

  context.lineJoin = 'round';
  context.lineWidth = 1;
  context.strokeStyle = overlayColours.layerEdge;
  for (const [i, layer] of shown.layers.entries()) {
    if (isChosen(choice, layer)) {
      const { layerTints } = overlayColours;
      context.fillStyle = layerTints[layer.ids[0]! % layerTints.length]!;
      context.fill(paths[i]!, 'evenodd');
    }
    context.stroke(paths[i]!);
  }
  const outlined = [
    [splitting.mergeIntoId.value, 'adding'],
    [splitting.hoveredId.value, 'chosen'],
  ] as const;
  for (const [id, look] of outlined) {
    const layer = splitting.layerById(id);
    if (layer) strokeTwice(context, paths[shown.layers.indexOf(layer)]!, look);
  }
  context.restore();
}

function outlinesOf(shown: ShownLayers, { modelSizePx, imageSizePx }: MaskFrame): Path2D[] {
  const known = outlines.get(shown);
  if (known) return known;
  const paths = layerContours(shown, modelSizePx, imageSizePx).map(toPath);
  outlines.set(shown, paths);
  return paths;
}
