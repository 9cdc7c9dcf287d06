/** Of the plugin data of what is in a result's group. */
const KEY = 'piece';

/**
 * Marks what is in a new result's group as its own, so that it can be told from what designers put beside it.
 * @returns a mark for each, from back to front; none for a single layer
 */
export function markPieces(result: SceneNode): string[] {
  if (!('children' in result)) return [];
  return result.children.map((piece, i) => {
    // Copies of the group keep the marks; a piece that is dragged into another group is none of that one's.
    const mark = `${result.id}/${i}`;
    piece.setPluginData(KEY, mark);
    return mark;
  });
}

/** For a copy that becomes a layer of its own. */
export function unmarkPiece(node: SceneNode): void {
  if (node.getPluginData(KEY) !== '') node.setPluginData(KEY, '');
}

/**
 * The pieces that are still there, from back to front. Of a piece and its duplicate, which Figma puts above it, the piece.
 * @param marks none where the result was made before there were marks: all that is in it counts as its own then
 */
export function ownPiecesOf(result: SceneNode, marks: readonly string[]): SceneNode[] {
  if (!('children' in result)) return [];
  if (marks.length === 0) return [...result.children];
  const left = new Set(marks);
  return result.children.filter((child) => left.delete(markOf(child)));
}

export function markOf(piece: SceneNode): string {
  return piece.getPluginData(KEY);
}
