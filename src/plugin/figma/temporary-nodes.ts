import { isPutBack, type MovedLayer } from './moved-layers.ts';

/** At work: gone when the call is over. */
const temporary = new Map<string, SceneNode>();
/** Those that could not be removed, as of a file that may only be viewed, or that a redo may bring back. */
const leftOver = new Map<string, SceneNode>();

/** For layers that are gone when the call is over, and also when the plugin is closed meanwhile. */
export function addTemporary<N extends SceneNode>(node: N): N {
  temporary.set(node.id, node);
  return node;
}

/** Never throws: what cannot be removed now is removed by a later `removeLeftOver`. */
export function removeTemporary(node: SceneNode): void {
  temporary.delete(node.id);
  // The user may have undone it, and may redo that.
  if (node.removed || !isRemoved(node)) leftOver.set(node.id, node);
}

/** To be called before anything is made. */
export function removeLeftOver(): void {
  leftOver.forEach((node) => isRemoved(node));
}

/** To be called when the plugin ends. */
export function removeAllTemporary(): void {
  temporary.forEach((node) => removeTemporary(node));
  removeLeftOver();
}

function isRemoved(node: SceneNode): boolean {
  try {
    if (!node.removed) node.remove();
    return true;
  } catch {
    return false;
  }
}

/**
 * Takes back what a call made since its `figma.commitUndo`, during which nothing else can have happened. Never throws.
 * @param created groups aside, which go with their last child
 * @param moved layers of the user's; they go back first, lest they go with what was made
 */
export function takeBack(created: readonly SceneNode[], moved: readonly MovedLayer[] = []): void {
  if ([...moved.map(isPutBack), ...created.map(isRemoved)].every((isDone) => isDone)) return;
  try {
    figma.triggerUndo();
  } catch {
    // What is left is left over.
  }
  for (const node of created) if (!node.removed) removeTemporary(node);
}
