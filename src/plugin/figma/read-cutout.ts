import { TinyCutError, toTinyCutError } from '../../shared/errors.ts';
import type { ImageSource, KeptCutout } from '../../shared/host-contract.ts';
import { ownPieces, readRecord, type CutoutRecord } from './cutout-record.ts';
import { findSource, isLayer } from './find-source.ts';
import { imageFillsOf } from './image-fills.ts';
import { isImageKept } from './orphan-source.ts';

/**
 * The selected result with what it was made of, and the image to go on with: its layer, or where that is gone, the image
 * alone.
 * @throws TinyCutError `cutout-unknown`, `image-missing`
 */
export async function readCutout(): Promise<KeptCutout> {
  const found = findSelected();
  if (!found) {
    throw new TinyCutError(
      'cutout-unknown',
      figma.currentPage.selection.length === 0
        ? 'Nothing is selected. Select a cutout that TinyCut made, then choose Edit cutout again.'
        : 'The selected layer does not say how it was cut out. Select its photo, and cut the object out again.',
    );
  }
  const { node, record } = found;
  const { layer, source } = await findImage(node, record);
  return {
    nodeId: node.id,
    name: node.name,
    nodeIds: [node, ...ownPieces(node, record)].map(({ id }) => id),
    layer: { source, name: layer.name, layerSize: { width: layer.width, height: layer.height } },
    imageSizePx: record.imageSizePx,
    isRendered: record.isRendered,
    recipe: record.recipe,
  };
}

/** The first of the selection that is a result, or in one: designers select the mask in a mask group. */
function findSelected(): { node: SceneNode; record: CutoutRecord } | null {
  for (const selected of figma.currentPage.selection) {
    for (let node: BaseNode | null = selected; node && node.type !== 'PAGE'; node = node.parent) {
      const record = node.type === 'DOCUMENT' ? null : readRecord(node);
      if (record) return { node: node as SceneNode, record };
    }
  }
  return null;
}

interface FoundImage {
  layer: Pick<SceneNode & DimensionAndPositionMixin, 'name' | 'width' | 'height'>;
  source: ImageSource;
}

async function findImage(node: SceneNode, { source }: CutoutRecord): Promise<FoundImage> {
  try {
    const { node: layer, fillIndex = source.fillIndex } = await findSource(source);
    return { layer, source: { ...source, fillIndex } };
  } catch (thrown) {
    const error = toTinyCutError(thrown);
    const moved = await findOtherFill(source);
    if (moved) return moved;
    if (isImageKept(node)) {
      const { imageHash } = source;
      return { layer: node as FoundImage['layer'], source: { layerId: node.id, fillIndex: 0, imageHash } };
    }
    const what = error.code === 'layer-missing' ? 'was deleted' : 'shows another image now';
    throw new TinyCutError(
      'image-missing',
      `The layer that “${node.name}” was cut out of ${what}. Undo that, or cut the object out of another image.`,
    );
  }
}

/** The same layer, whose fills were put into another order, and several of them show the image. */
async function findOtherFill({ layerId, imageHash }: ImageSource): Promise<FoundImage | null> {
  const node = await figma.getNodeByIdAsync(layerId);
  if (!node || !isLayer(node)) return null;
  const fill = imageFillsOf(node).filter((other) => other.imageHash === imageHash)[0];
  if (!fill) return null;
  return {
    layer: node as FoundImage['layer'],
    source: { layerId, fillIndex: fill.fillIndex, imageHash },
  };
}
