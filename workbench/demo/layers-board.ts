import { multiply, translation, type Affine } from '../../src/shared/affine.ts';
import type { FigmaDocument } from '../../test/host/document/figma-document.ts';
import { addPhoto, photoDocument } from '../../test/host/photo-document.ts';

const LONG_SIDE = 640;
const GAP = 80;
/** Between two layers, in canvas units. */
const LAYER_DISTANCE = 84;
/** Seen from above and from the side. The axes have unit length, as those of a layer must. */
const X_DEGREES = 10;
const Y_DEGREES = 148;
const SHEET_FILL: Paint = { type: 'SOLID', color: { r: 1, g: 1, b: 1 }, opacity: 0.08 };
const SHEET_EDGE: Paint = { type: 'SOLID', color: { r: 0.6, g: 0.6, b: 0.6 } };

/** A document with a photo, and a second one of it beside, whose layers get pulled apart. */
export class LayersBoard {
  readonly document: FigmaDocument;
  /** The one to split. */
  readonly photoId: string;

  constructor(photo: Uint8Array) {
    const { document, photoId } = photoDocument(photo, { name: 'Photo', longSide: LONG_SIDE });
    this.document = document;
    this.photoId = addPhoto(document, photo, {
      name: 'Split photo',
      longSide: LONG_SIDE,
      x: document.require(photoId).width + GAP,
    });
    document.commitUndo();
  }

  /** Lays the layers of the selected group over one another like sheets of glass, in place of their source. */
  pullApart(): void {
    const { document, photoId } = this;
    const [groupId] = document.selection();
    const { relativeTransform, width, height } = document.require(photoId);
    const origin = { x: relativeTransform[0][2], y: relativeTransform[1][2] };
    const layerIds = [...document.require(groupId!).childIds];
    // The leftmost corner of a sheet is its bottom left one, and the lowest sheet begins at the top of the photo.
    const shift = translation(
      origin.x - Math.cos((Y_DEGREES * Math.PI) / 180) * height,
      origin.y + (layerIds.length - 1) * LAYER_DISTANCE,
    );
    document.update(photoId, { visible: false });
    for (const [i, layerId] of layerIds.entries()) {
      const sheet = multiply(translation(0, -i * LAYER_DISTANCE), shift, TILT);
      const fromOrigin = translation(-origin.x, -origin.y);
      const sheetId = document.add(
        'RECTANGLE',
        { width, height, fills: [SHEET_FILL], strokes: [SHEET_EDGE] },
        groupId,
      );
      document.move(sheetId, groupId!, 2 * i);
      document.update(sheetId, { relativeTransform: sheet as Transform });
      const { relativeTransform: before } = document.require(layerId);
      document.update(layerId, { relativeTransform: multiply(sheet, fromOrigin, before) as Transform });
    }
  }
}

const TILT: Affine = [
  [Math.cos((X_DEGREES * Math.PI) / 180), Math.cos((Y_DEGREES * Math.PI) / 180), 0],
  [Math.sin((X_DEGREES * Math.PI) / 180), Math.sin((Y_DEGREES * Math.PI) / 180), 0],
];
