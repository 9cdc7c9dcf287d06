import { multiply, rotation, scaling, translation, type Affine } from '../../src/shared/affine.ts';
import type { OutputKind } from '../../src/shared/host-contract.ts';
import type { FigmaDocument } from '../../test/host/document/figma-document.ts';
import { addPhoto, photoDocument } from '../../test/host/photo-document.ts';

const LONG_SIDE = 640;
const GAP = 64;
/** Enough to see what a result left of its source, and that it lies exactly over it. */
const DIMMED_OPACITY = 0.22;

const BLUE = { r: 0.05, g: 0.55, b: 0.91 };

/**
 * A document that shows what the plugin does: the photo as it was, and one copy of it for each kind of result. The
 * last copy is turned and flipped, since a result has to follow its layer in whatever way that lies.
 */
export class ShowBoard {
  readonly document: FigmaDocument;
  readonly layerIds: Record<OutputKind, string>;

  constructor(photo: Uint8Array) {
    const { document, photoId } = photoDocument(photo, { name: 'Photo', longSide: LONG_SIDE });
    const { width, height } = document.require(photoId);
    const [column, row] = [width + GAP, height + GAP];
    this.document = document;
    this.layerIds = {
      cutout: this.addCopy(photo, 'Cutout', translation(column, 0)),
      vector: this.addCopy(photo, 'Vector', translation(0, row)),
      'mask-group': this.addCopy(
        photo,
        'Mask group',
        multiply(
          translation(column + width / 2, row + height / 2),
          rotation(-8),
          scaling(-1, 1),
          translation(-width / 2, -height / 2),
        ),
      ),
    };
    document.commitUndo();
  }

  /** As a user would, to see the results better: dims the sources and paints the vector. */
  present(): void {
    const { document } = this;
    for (const id of Object.values(this.layerIds)) document.update(id, { opacity: DIMMED_OPACITY });
    for (const id of document.require(document.currentPageId).childIds) {
      if (document.require(id).type !== 'VECTOR') continue;
      document.update(id, { fills: [{ type: 'SOLID', color: BLUE }] });
    }
  }

  private addCopy(photo: Uint8Array, name: string, map: Affine): string {
    return addPhoto(this.document, photo, {
      name,
      longSide: LONG_SIDE,
      layer: { relativeTransform: map as Transform },
    });
  }
}
