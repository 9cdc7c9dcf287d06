import type { Selection } from '../../shared/host-contract.ts';

/**
 * After *Apply* the host selects the result, and so does its undo and redo. A cutout is an image too: following that
 * selection would throw the user out of the image at work.
 */
export class OwnResults {
  private readonly nodeIds = new Set<string>();
  private isJustPlaced = false;

  add(nodeIds: readonly string[]): void {
    this.recognise(nodeIds);
    this.isJustPlaced = true;
  }

  /** For results of an earlier time. */
  recognise(nodeIds: readonly string[]): void {
    for (const id of nodeIds) this.nodeIds.add(id);
  }

  has(nodeId: string): boolean {
    return this.nodeIds.has(nodeId);
  }

  /** Whether the selection is only the host showing what it has just placed: no news to the user. */
  isEchoOfPlacing(selection: Selection): boolean {
    this.isJustPlaced &&= selection.emptyReason === 'no-image' || this.isAllOf(selection);
    return this.isJustPlaced;
  }

  /** Whether all images of the selection are results. They are offered then, not opened. */
  isAllOf({ images }: Selection): boolean {
    return images.length > 0 && images.every(({ source }) => this.has(source.layerId));
  }
}
