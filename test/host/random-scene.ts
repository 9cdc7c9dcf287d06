import fc from 'fast-check';
import { multiply, rotation, translation, type Affine, type Size } from '../../src/shared/affine.ts';
import { FigmaDocument } from './document/figma-document.ts';

type ScaleMode = ImagePaint['scaleMode'];
type Wrapper = { type: 'FRAME' | 'GROUP' | 'SECTION' | 'COMPONENT'; place: Affine };

/** An image layer somewhere in nested parents. The image has more pixels than it takes canvas units. */
export interface Scene {
  imageSizePx: Size;
  layerType: 'RECTANGLE' | 'FRAME' | 'COMPONENT';
  layerSize: Size;
  layerPlace: Affine;
  paint: Omit<ImagePaint, 'imageHash'>;
  /** Outermost first. */
  wrappers: Wrapper[];
  /** Three points of the layer's box, 0..1 each: the object to be cut out, as far as the image reaches. */
  triangle: { x: number; y: number }[];
}

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
const size = (min: number, max: number) =>
  fc.record({ width: fc.integer({ min, max }), height: fc.integer({ min, max }) });
const quarterTurns = fc.constantFrom(0, 90, 180, 270, -90);

/** Rotations, flips and some skew, all with axes of unit length. */
const place: fc.Arbitrary<Affine> = fc
  .record({
    x: number(-80, 80),
    y: number(-80, 80),
    degrees: fc.oneof(fc.constantFrom(0, 90, 180), number(-180, 180)),
    isFlipped: fc.boolean(),
    skewDegrees: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, number(-25, 25)),
  })
  .map(({ x, y, degrees, isFlipped, skewDegrees }) => {
    const skew = (skewDegrees * Math.PI) / 180;
    const flip: Affine = [
      [isFlipped ? -1 : 1, Math.sin(skew), 0],
      [0, Math.cos(skew), 0],
    ];
    return multiply(translation(x, y), rotation(degrees), flip);
  });

/** A crop that zooms by up to 2.5, turns, flips and stretches; it maps the layer's unit box to the image's. */
const cropTransform = fc
  .record({
    zoomX: number(0.4, 1),
    zoomY: number(0.4, 1),
    degrees: number(-180, 180),
    isFlipped: fc.boolean(),
  })
  .map(({ zoomX, zoomY, degrees, isFlipped }) =>
    multiply(
      translation(0.5, 0.5),
      rotation(degrees),
      [
        [isFlipped ? -zoomX : zoomX, 0, 0],
        [0, zoomY, 0],
      ],
      translation(-0.5, -0.5),
    ),
  );

function paint(scaleMode: ScaleMode): fc.Arbitrary<Scene['paint']> {
  const type = 'IMAGE' as const;
  if (scaleMode === 'CROP') {
    return cropTransform.map((map) => ({ type, scaleMode, imageTransform: map as Transform }));
  }
  return fc
    .record({ rotation: quarterTurns, scalingFactor: number(0.6, 1) })
    .map(({ rotation, scalingFactor }) =>
      scaleMode === 'TILE' ? { type, scaleMode, rotation, scalingFactor } : { type, scaleMode, rotation },
    );
}

const wrapper: fc.Arbitrary<Wrapper> = fc.record({
  type: fc.constantFrom('FRAME', 'GROUP', 'SECTION', 'COMPONENT'),
  place,
});

/** Not so thin that no pixel lies wholly inside. */
const triangle = fc
  .array(fc.record({ x: number(0.02, 0.98), y: number(0.02, 0.98) }), { minLength: 3, maxLength: 3 })
  .filter(([a, b, c]) => Math.abs((b!.x - a!.x) * (c!.y - a!.y) - (b!.y - a!.y) * (c!.x - a!.x)) > 0.2);

export function randomScene(scaleMode: ScaleMode): fc.Arbitrary<Scene> {
  return fc.record({
    // At 0.6 and more canvas units a pixel, the first tile always covers the layer.
    imageSizePx: size(200, 280),
    layerType: fc.constantFrom('RECTANGLE', 'RECTANGLE', 'FRAME', 'COMPONENT'),
    layerSize: size(40, 120),
    layerPlace: place,
    paint: paint(scaleMode),
    wrappers: fc.array(wrapper, { maxLength: 3 }),
    triangle,
  });
}

/** Builds the scene around an image file. Nothing but the image shows. */
export function buildScene(
  scene: Scene,
  imageFile: Uint8Array,
): { document: FigmaDocument; layerId: string } {
  const document = new FigmaDocument();
  let parentId = document.currentPageId;
  let lineage = '';
  for (const { type, place } of scene.wrappers) {
    // Components do not nest, and sections lie only in sections: frames stand in.
    const isMisplaced =
      (type === 'COMPONENT' && lineage.includes('COMPONENT')) || (type === 'SECTION' && lineage);
    const actualType = isMisplaced ? 'FRAME' : type;
    lineage += actualType;
    // A group has no place of its own: it takes up the layer's.
    const patch = actualType === 'GROUP' ? {} : { relativeTransform: place as Transform };
    parentId = document.add(actualType, { ...patch, fills: [], clipsContent: false }, parentId);
  }
  const isMisplaced = scene.layerType === 'COMPONENT' && lineage.includes('COMPONENT');
  const layerId = document.add(
    isMisplaced ? 'FRAME' : scene.layerType,
    {
      name: 'Photo',
      ...scene.layerSize,
      relativeTransform: scene.layerPlace as Transform,
      fills: [{ ...scene.paint, imageHash: document.images.add(imageFile).hash }],
    },
    parentId,
  );
  document.setSelection([layerId]);
  document.commitUndo();
  return { document, layerId };
}

/** From the layer's unit box to the image, given where the layer's corners lie in the image. */
export function unitBoxToImage(quad: readonly { x: number; y: number }[]): Affine {
  const [origin, right, , below] = quad as [Point, Point, Point, Point];
  return [
    [right.x - origin.x, below.x - origin.x, origin.x],
    [right.y - origin.y, below.y - origin.y, origin.y],
  ];
}
type Point = { x: number; y: number };
