import type { EmptyReason, ImageLayer, Selection } from '../../shared/host-contract.ts';
import { imageFillsOf } from './image-fills.ts';

const MAX_LISTED_IMAGES = 100;
/** A selected page of a design system can hold 100,000 layers, and a loop here blocks the editor. */
const MAX_VISITED_LAYERS = 20_000;

/** The images in the selection: selected layers first in the order of the layer list, then what they contain. */
export function readSelection(): Selection {
  const selected = figma.currentPage.selection;
  const images: ImageLayer[] = [];
  let omittedCount = 0;
  for (const node of visibleLayers(selected.filter(isShown))) {
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
  return { images, emptyReason: images.length > 0 ? null : emptyReasonOf(selected), omittedCount };
}

function emptyReasonOf(selected: readonly SceneNode[]): EmptyReason {
  if (selected.length === 0) return 'nothing-selected';
  if (!selected.some(isShown) || selected.some(hasHiddenImage)) return 'hidden';
  return selected.some((node) => 'fills' in node && node.fills === figma.mixed) ? 'mixed-fills' : 'no-image';
}

/** Whether neither the layer nor anything around it is hidden. */
function isShown(layer: SceneNode): boolean {
  for (let node: BaseNode | null = layer; node && 'visible' in node; node = node.parent) {
    if (!node.visible) return false;
  }
  return true;
}

/** Of the layer itself: nobody looks for what is hidden deep in a frame. */
function hasHiddenImage(node: SceneNode): boolean {
  if (!('fills' in node) || !Array.isArray(node.fills)) return false;
  return (node.fills as readonly Paint[]).some(({ type, visible }) => type === 'IMAGE' && visible === false);
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
    if (!('children' in node) || node.type === 'BOOLEAN_OPERATION') continue;
    // One by one: of a hundred thousand, a call takes no more arguments.
    for (const child of node.children) waiting.push(child);
  }
  return found;
}
