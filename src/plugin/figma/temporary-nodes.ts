const temporary = new Map<string, SceneNode>();

/** For layers that are gone when the call is over, and also when the plugin is closed meanwhile. */
export function addTemporary<N extends SceneNode>(node: N): N {
  temporary.set(node.id, node);
  return node;
}

export function removeTemporary(node: SceneNode): void {
  temporary.delete(node.id);
  // The user may have undone it.
  if (!node.removed) node.remove();
}

/** To be called when the plugin ends. */
export function removeAllTemporary(): void {
  temporary.forEach((node) => removeTemporary(node));
}
