import type { ImageLayer, Selection } from '../../shared/host-contract.ts';
import { imageFillsOf } from './image-fills.ts';

const MAX_LISTED_IMAGES = 100;
/** A selected page of a design system can hold 100,000 layers, and a loop here blocks the editor. */
const MAX_VISITED_LAYERS = 20_000;

/** The images in the selection: selected layers first in the order of the layer list, then what they contain. */
export function readSelection(): Selection {
  const selected = figma.currentPage.selection;
  const images: ImageLayer[] = [];
  let omittedCount = 0;
  for (const node of visibleLayers(selected)) {
    for (const { fillIndex, imageHash } of imageFillsOf(node)) {
      if (images.length === MAX_LISTED_IMAGES) {
        omittedCount++;
        continue;
      }
      images.push({
        source: { layerId: node.id, fillIndex, imageHash },
        name: node.name,
        layerSize: { width: node.width, height: node.height },
      });
    }
  }
  const isEmpty = images.length === 0;
  const emptyReason = !isEmpty ? null : selected.length === 0 ? 'nothing-selected' : 'no-image';
  return { images, emptyReason, omittedCount };
}

/** The layers and everything inside them, each once, without what is hidden. */
function visibleLayers(roots: readonly SceneNode[]): SceneNode[] {
  const visited = new Set<string>();
  const found: SceneNode[] = [];
  const waiting = [...roots].reverse();
  while (waiting.length > 0 && found.length < MAX_VISITED_LAYERS) {
    const node = waiting.pop() as SceneNode;
    if (!node.visible || visited.has(node.id)) continue;
    visited.add(node.id);
    found.push(node);
    // What lies in a boolean operation shows nothing of its own, only the operation's fills.
    if ('children' in node && node.type !== 'BOOLEAN_OPERATION') waiting.push(...node.children);
  }
  return found;
}
