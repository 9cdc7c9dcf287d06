/** Of several results in a row, which the user need not wait for. */
export interface Batch {
  /** What was selected at the start, and the results so far. */
  initialIds: readonly string[];
  placedIds: readonly string[];
}

/** Results so far, each selected or not, as long as the plugin runs. */
const placed = new Set<string>();

/**
 * Selects a result, in a batch along with those before it, unless the user has selected something else meanwhile.
 * @param lineage the source of the result, and what it replaces
 */
export function selectResult(
  page: PageNode,
  root: SceneNode,
  lineage: readonly SceneNode[],
  batch: Batch | null,
): void {
  placed.add(root.id);
  if (!batch) {
    if (isAtWork(page.selection, lineage)) page.selection = [root];
    return;
  }
  const { initialIds, placedIds } = batch;
  const isOneOf = (ids: readonly string[]) => (node: SceneNode) => ids.indexOf(node.id) !== -1;
  if (!page.selection.every(isOneOf([...initialIds, ...placedIds]))) return;
  page.selection = [...page.selection.filter(isOneOf(placedIds)), root];
}

/** Whether a selection is none, or one that the image at work, an earlier result or a part of one is in. */
function isAtWork(selection: readonly SceneNode[], lineage: readonly SceneNode[]): boolean {
  const around = new Set<string>();
  for (const node of lineage) for (const id of idsUpwards(node)) around.add(id);
  const within = new Set([...lineage.map(({ id }) => id), ...placed]);
  return (
    selection.length === 0 ||
    selection.some((node) => around.has(node.id) || idsUpwards(node).some((id) => within.has(id)))
  );
}

/** A layer and all that it is in, without the page. */
function idsUpwards(layer: SceneNode): string[] {
  const ids: string[] = [];
  for (let node: BaseNode | null = layer; node && node.type !== 'PAGE'; node = node.parent) ids.push(node.id);
  return ids;
}
