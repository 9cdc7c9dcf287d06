import type { Selection } from '../../shared/host-contract.ts';

/**
 * After *Apply* the host selects the result, and a cutout is an image too: following that selection would throw the
 * user out of the image at work. Results are followed only when the user picks one later, on purpose.
 */
export class OwnResults {
  private nodeIds: ReadonlySet<string> | null = null;

  expect(nodeIds: readonly string[]): void {
    this.nodeIds = new Set(nodeIds);
  }

  /** Whether the selection is only the host showing what was placed. */
  explains(selection: Selection): boolean {
    const { nodeIds } = this;
    if (!nodeIds) return false;
    const isOwn =
      selection.images.length === 0
        ? selection.emptyReason === 'no-image'
        : selection.images.every(({ source }) => nodeIds.has(source.layerId));
    if (!isOwn) this.nodeIds = null;
    return isOwn;
  }
}
