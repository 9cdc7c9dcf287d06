import { TinyCutError } from '../../shared/errors.ts';
import type { ImageSource } from '../../shared/host-contract.ts';
import { findOrphanSource } from './orphan-source.ts';
import { imageFillsOf, isFilledLayer, type FilledLayer } from './image-fills.ts';
import { lookOf, type RenderedPixels } from './rendered-pixels.ts';
import { pageOf } from './result-place.ts';

export interface LiveSource {
  node: FilledLayer;
  paint: ImagePaint;
  /** Of `paint` among the fills as they are now. */
  fillIndex?: number;
  /** Whether `node` is a result that outlived the layer it was cut out of, and `paint` lays that image under it. */
  isOrphan?: boolean;
}

/**
 * The layer and the fill that a source names, as they are now.
 * @throws TinyCutError `layer-missing` when the layer was deleted, `layer-changed` when it shows another image
 */
export async function findSource(source: ImageSource): Promise<LiveSource> {
  const node = await figma.getNodeByIdAsync(source.layerId);
  // Of a page that was not opened yet, Figma gives nothing but the layer itself.
  if (node && isLayer(node)) await pageOf(node).loadAsync();
  // It may have gone meanwhile.
  const layer = node && isLayer(node) ? node : null;
  const live = (layer && sourceShownBy(layer, source)) ?? (await findOrphanSource(source));
  if (live) return live;
  if (!layer) {
    throw new TinyCutError(
      'layer-missing',
      'The image layer was deleted. Undo that, or select another image.',
    );
  }
  throw new TinyCutError(
    'layer-changed',
    `"${layer.name}" no longer shows the image that was opened. Select it again to open what it shows now.`,
  );
}

export function isLayer(node: BaseNode): node is SceneNode {
  return !node.removed && node.type !== 'PAGE' && node.type !== 'DOCUMENT';
}

/** By the fill's place among the fills; where that shows another now, by the image, unless several fills show it. */
function sourceShownBy(layer: SceneNode, source: ImageSource): LiveSource | null {
  if (!isFilledLayer(layer)) return null;
  const fills = imageFillsOf(layer).filter(({ imageHash }) => imageHash === source.imageHash);
  const [fill] = fills.length === 1 ? fills : fills.filter(({ fillIndex }) => fillIndex === source.fillIndex);
  return fill ? { node: layer, paint: fill.paint, fillIndex: fill.fillIndex } : null;
}

/**
 * The same for an image that was rendered, whose pixels hold only as long as layer and fill look as they did.
 * @throws TinyCutError as `findSource`
 */
export async function findRendered(source: ImageSource, { look }: RenderedPixels): Promise<LiveSource> {
  const live = await findSource(source);
  if (lookOf(live) === look) return live;
  throw new TinyCutError(
    'layer-changed',
    `"${live.node.name}" was resized, or its image adjusted, since it was opened. Reload the image and try again.`,
  );
}
